package io.raftctl.statemachine.session;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All that the replicated state remembers of clients' requests, so that none runs twice.
///
/// It changes by committed entries only, in their order, and has no clock and no draw: so it is the
/// same on every node. Its order of expiry is that of last use by an entry of the log.
///
/// The rule that makes it safe to forget is the **horizon**: the highest place at which any
/// forgotten session was last used. A request whose client first spoke after the horizon
/// ([Stamp#since()]) cannot belong to a forgotten session, so if its session is not known, it is
/// new. Any other request of an unknown session is refused, since it may have run.
///
/// One thread owns it.
public final class SessionTable {
  private final SessionLimits limits;

  /// By id, unsigned or not does not matter as long as all nodes do alike.
  private final TreeMap<Long, Session> sessions = new TreeMap<>();

  /// By last use; an entry names one session, so no two were last used at the same place.
  private final TreeMap<Long, Session> byUse = new TreeMap<>();

  private long horizon;
  private long bytes;

  public SessionTable(SessionLimits limits) {
    this.limits = limits;
  }

  SessionLimits limits() {
    return limits;
  }

  /// What is known of a request. Changes nothing.
  ///
  /// @param since the request's [Stamp#since()], or 0 where it is not known
  public Fate fate(RequestId id, long since) {
    Session session = sessions.get(id.session());
    if (session != null) {
      return session.fate(id.sequence(), since);
    }
    return since < horizon ? new Fate.Forgotten() : new Fate.NotApplied();
  }

  /// How many sessions are remembered.
  public int size() {
    return sessions.size();
  }

  /// What they take, as it is counted against the limits.
  public long bytes() {
    return bytes;
  }

  /// Nothing that was last used behind this place has been forgotten.
  public long horizon() {
    return horizon;
  }

  /// Takes note of an entry that wants its command to run.
  ///
  /// @return null where it is to run now, and then [#ran] must follow; otherwise why it does not
  @Nullable Fate admit(Place at, Stamp stamp) {
    RequestId id = stamp.id();
    Fate known = fate(id, stamp.since());
    Session session = sessions.get(id.session());
    // No honest client knows of an entry that comes after its own.
    boolean runs = known instanceof Fate.NotApplied && stamp.since() < at.index();
    if (session == null && !runs) {
      return new Fate.Forgotten();
    }
    session = use(id.session(), at);
    bytes -= session.bytes();
    session.settleBelow(stamp.settledBelow());
    bytes += session.bytes();
    if (!runs || id.sequence() < session.floor()) {
      return known instanceof Fate.NotApplied ? new Fate.Forgotten() : known;
    }
    boolean inTurn = stamp.after() == 0 || session.hadItsTurn(stamp.after());
    return inTurn ? null : known;
  }

  /// The command that was admitted at this place has run.
  void ran(RequestId id, Fate.Applied fate) {
    remember(id, fate.at(), fate);
  }

  /// Makes sure that the request does not run from now on, and tells what is known of it.
  Fate cancel(Place at, SessionCommand.Cancel cancel) {
    RequestId id = cancel.id();
    Session session = use(id.session(), at);
    Fate known = session.fate(id.sequence(), cancel.since());
    if (session.hadItsTurn(id.sequence())) {
      return known;
    }
    Fate fate = known instanceof Fate.NotApplied ? new Fate.Cancelled(at) : known;
    remember(id, at, fate);
    return fate;
  }

  /// The session, opened if it has to be, as the one that was used last.
  private Session use(long id, Place at) {
    Session session = sessions.get(id);
    if (session == null) {
      session = new Session(id, horizon, at.index());
      sessions.put(id, session);
      bytes += session.bytes();
    } else {
      byUse.remove(session.lastUsed);
      session.lastUsed = at.index();
    }
    byUse.put(at.index(), session);
    expire();
    return session;
  }

  private void remember(RequestId id, Place at, Fate fate) {
    Session session = Objects.requireNonNull(byUse.get(at.index()), "nothing was admitted");
    assert session.id == id.session() : id + " was not admitted at " + at;
    bytes -= session.bytes();
    session.remember(id.sequence(), fate);
    session.shrinkTo(limits.sessionBytesMax());
    bytes += session.bytes();
    expire();
  }

  /// Forgets the sessions that were not used for longest. Never the last one, which alone is always
  /// within the limits.
  private void expire() {
    while (sessions.size() > limits.sessionsMax() || bytes > limits.bytesMax()) {
      Session oldest = byUse.pollFirstEntry().getValue();
      sessions.remove(oldest.id);
      bytes -= oldest.bytes();
      assert oldest.lastUsed > horizon : "sessions expire in the order of their last use";
      horizon = oldest.lastUsed;
    }
  }

  /// An independent copy, for a thread that saves it while this one goes on.
  public SessionTable copy() {
    SessionTable copy = new SessionTable(limits);
    copy.horizon = horizon;
    sessions.values().forEach(session -> copy.add(session.copy()));
    return copy;
  }

  /// Writes everything; see [SessionFormat] for the bytes.
  public void save(DataOutput out) throws IOException {
    SessionFormat.write(horizon, sessions.values(), out);
  }

  /// Replaces everything by what was saved.
  ///
  /// @throws IOException where it cannot be read, or is no table of a known version; what was there
  ///   before is kept then
  public void restore(DataInput in) throws IOException {
    SessionFormat.Saved saved = SessionFormat.read(in);
    sessions.clear();
    byUse.clear();
    bytes = 0;
    horizon = saved.horizon();
    saved.sessions().forEach(this::add);
  }

  private void add(Session session) {
    sessions.put(session.id, session);
    byUse.put(session.lastUsed, session);
    bytes += session.bytes();
  }

  /// In the order of their ids.
  Collection<Session> sessions() {
    return sessions.values();
  }
}
