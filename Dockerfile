FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# The packages are a layer of their own: it is restored again only when one of these files changes.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Solya.Workflows/Solya.Workflows.csproj src/Solya.Workflows/
COPY src/Solya.Workflows.Engine/Solya.Workflows.Engine.csproj src/Solya.Workflows.Engine/
COPY src/Solya.Workflows.Postgres/Solya.Workflows.Postgres.csproj src/Solya.Workflows.Postgres/
COPY src/Solya.Workflows.Api/Solya.Workflows.Api.csproj src/Solya.Workflows.Api/
RUN dotnet restore src/Solya.Workflows.Api --use-current-runtime -p:PublishReadyToRun=true

COPY .editorconfig BannedSymbols.txt ./
COPY src src
# Compiled ahead of time: the service starts faster, and does not compile while its first requests come.
RUN dotnet publish src/Solya.Workflows.Api -c Release --no-restore --use-current-runtime -p:SelfContained=false -p:PublishReadyToRun=true -o /published

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /published .

ENV ASPNETCORE_ENVIRONMENT=Production \
    ASPNETCORE_URLS=http://0.0.0.0:5080
EXPOSE 5080

# The user without rights that the base image brings. The program's files stay root's and read-only to it.
USER $APP_UID

# The image has no curl; bash asks by itself. It asks for the process only (live, not ready): restarting the service
# does not bring back a database that is away.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/5080 && printf 'GET /health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [[ $status == 200 ]]"]

ENTRYPOINT ["dotnet", "Solya.Workflows.Api.dll"]
