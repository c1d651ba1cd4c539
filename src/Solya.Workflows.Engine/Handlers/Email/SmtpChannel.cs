using System.Globalization;
using System.Text;

namespace Solya.Workflows.Engine.Handlers.Email;

/// <summary>Lines over one stream: commands out, replies in. What a server may send is limited.</summary>
internal sealed class SmtpChannel(Stream stream)
{
    private const int MaxLine = 2_048;
    private const int MaxLines = 100;

    private readonly byte[] _buffer = new byte[MaxLine];
    private int _start;
    private int _end;

    /// <summary>Whether the server has said something that nobody has read.</summary>
    public bool HasUnread => _start < _end;

    public async Task<SmtpReply> CommandAsync(string command, CancellationToken ct)
    {
        // Every part of a command is checked before; a line break here would be a second command.
        if (command.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new ArgumentException("A command is one line.", nameof(command));
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), ct);
        return await ReplyAsync(ct);
    }

    /// <summary>Sends a message of CRLF lines after <c>DATA</c> was answered.</summary>
    public async Task<SmtpReply> MessageAsync(ReadOnlyMemory<byte> message, CancellationToken ct)
    {
        await stream.WriteAsync(DotStuffed(message.Span), ct);
        return await ReplyAsync(ct);
    }

    public async Task<SmtpReply> ReplyAsync(CancellationToken ct)
    {
        var lines = new List<string>();
        while (lines.Count < MaxLines)
        {
            var line = await LineAsync(ct);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                || (line.Length > 3 && line[3] is not (' ' or '-')))
            {
                break;
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                return new(code, lines);
            }
        }

        throw SmtpException.Temporary("The mail server does not speak SMTP.");
    }

    private async Task<string> LineAsync(CancellationToken ct)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer, _start, length).TrimEnd('\r');
                _start += length + 1;
                return line;
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length)
            {
                throw SmtpException.Temporary("The mail server does not speak SMTP.");
            }

            var read = await stream.ReadAsync(_buffer.AsMemory(_end), ct);
            if (read == 0)
            {
                throw new EndOfStreamException("The mail server closed the connection.");
            }

            _end += read;
        }
    }

    // A line that is one dot ends the message, so each line's leading dot is doubled.
    private static byte[] DotStuffed(ReadOnlySpan<byte> message)
    {
        var stuffed = new MemoryStream(message.Length + 64);
        while (message.Length > 0)
        {
            if (message[0] == '.')
            {
                stuffed.WriteByte((byte)'.');
            }

            var length = message.IndexOf((byte)'\n') + 1;
            stuffed.Write(message[..(length == 0 ? message.Length : length)]);
            message = length == 0 ? [] : message[length..];
        }

        stuffed.Write(".\r\n"u8);
        return stuffed.ToArray();
    }
}
