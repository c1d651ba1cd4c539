namespace Solya.Workflows.Queue;

/// <summary>
/// What the rest of this process may tell its engine to spare it the looking. Hints may be lost: everything is in the
/// database too, and a process without an engine takes none.
/// </summary>
public interface IEngineHints
{
    /// <summary>Reserves room for a run that is about to be created, so that it is born leased to this process; null when
    /// there is no room or others have waited longer.</summary>
    Reservation? TryReserve();

    /// <summary>Hands over a run that was born leased. Ends the reservation.</summary>
    void Adopt(Reservation reservation, LeasedRun run);

    /// <summary>The reserved room is not needed after all.</summary>
    void GiveUp(Reservation reservation);

    /// <summary>Something has come into the queue that is due.</summary>
    void WorkQueued();

    /// <summary>Somebody changed a run that this process may hold.</summary>
    void RunChanged(RunKey run);
}

/// <summary>Room for one run in this process's engine.</summary>
/// <param name="Lease">For how long the run is leased at first.</param>
public sealed record Reservation(Guid WorkerId, TimeSpan Lease);
