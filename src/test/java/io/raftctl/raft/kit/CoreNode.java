package io.raftctl.raft.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.raft.room.Room;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.raft.snapshot.SnapshotWork;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One core and its disk, with the effects of each turn carried out in their order.
///
/// The disk syncs after each turn, unless it [#slowDisk] is and waits for [#sync].
public final class CoreNode {
  /// Messages that wait for the sync of a turn's writes.
  private record Held(long turn, List<Message> messages) {}

  public final NodeId id;
  public final MemoryDisk disk;

  /// What was handed out to apply since the last start.
  public final List<Entry> applied = new ArrayList<>();

  /// By ticket: proposals taken, reads that may be answered from an index, and what was refused.
  public final Map<Long, EntryId> accepted = new TreeMap<>();

  public final Map<Long, Long> readable = new TreeMap<>();
  public final Map<Long, Effects.Refused> refused = new TreeMap<>();
  public final Map<Long, NodeId> transferred = new TreeMap<>();

  private final RaftConfig config;
  private final SplittableRandom random;
  private final Deque<Held> held = new ArrayDeque<>();
  private final List<Message> sent = new ArrayList<>();

  /// What the slow work on snapshots has come to, for the next turn.
  private final List<Input> fromDisk = new ArrayList<>();

  private @Nullable Snapshot incomingSnapshot;
  private byte[] incoming = new byte[0];
  private Raft raft;
  private boolean up = true;
  private boolean slowDisk;
  private long writtenTurn;

  /// What the disk takes.
  private Room room = Room.AMPLE;

  /// How many turns have asked for votes, or whether they would be given.
  private int campaigns;

  public CoreNode(RaftConfig config, HardState hardState, List<Entry> entries) {
    this.id = config.id();
    this.config = config;
    this.random = new SplittableRandom(id.hashCode());
    this.disk = new MemoryDisk(hardState, entries);
    this.raft = new Raft(config, hardState, disk, List.of(), null, random);
  }

  /// A node of `nodes`, on a log as the paper draws it, in the term of its last entry.
  public static CoreNode of(int node, int nodes, String terms) {
    return of(node, nodes, RaftConfig.Features.PAPER, terms);
  }

  public static CoreNode of(int node, int nodes, RaftConfig.Features features, String terms) {
    List<Entry> entries = Shorthand.log(terms);
    long term = entries.isEmpty() ? 0 : entries.getLast().term();
    RaftConfig config = Shorthand.config(node, nodes, features, RaftConfig.Limits.DEFAULT);
    return new CoreNode(config, new HardState(term, null), entries);
  }

  public Raft raft() {
    return raft;
  }

  public boolean up() {
    return up;
  }

  /// The log on the disk, as the paper draws it.
  public String log() {
    return Shorthand.boxes(disk.entries());
  }

  /// Takes a turn, and one more for as long as there is work left.
  public Effects step(Input... inputs) {
    Effects effects = turn(List.of(inputs));
    boolean more = effects.more();
    while (more || !fromDisk.isEmpty()) {
      List<Input> news = List.copyOf(fromDisk);
      fromDisk.clear();
      more = turn(news).more();
    }
    if (!slowDisk) {
      sync();
    }
    return effects;
  }

  public Effects receive(Message message) {
    return receive(message, Incarnation.UNTOLD);
  }

  public Effects receive(Message message, long incarnation) {
    return step(new Input.Received(message, incarnation));
  }

  /// The same node on an empty disk, of another incarnation.
  CoreNode wiped() {
    RaftConfig other =
        new RaftConfig(
            id,
            config.incarnation() + 1,
            config.voters(),
            config.electionTicksMin(),
            config.heartbeatTicks(),
            config.features(),
            config.limits());
    return new CoreNode(other, HardState.INITIAL, List.of());
  }

  long incarnation() {
    return config.incarnation();
  }

  public Effects propose(long ticket, String command) {
    return step(new Input.Propose(ticket, command.getBytes(UTF_8)));
  }

  public void tick(int ticks) {
    for (int tick = 0; tick < ticks; tick++) {
      step(new Input.Tick());
    }
  }

  /// Lets time pass until this node campaigns.
  public void timeout() {
    assert !raft.leads() : "a leader does not campaign";
    long term = raft.term();
    int before = campaigns;
    for (int tick = 0; campaigns == before && raft.term() == term; tick++) {
      assert tick < 4 * Shorthand.ELECTION_TICKS : "node " + id + " never campaigns";
      step(new Input.Tick());
    }
  }

  /// From now on a sync ends only when [#sync] is called.
  public void slowDisk() {
    slowDisk = true;
  }

  public void fastDisk() {
    slowDisk = false;
    sync();
  }

  /// All that was written is on the platter, and the core hears of it.
  public void sync() {
    sync(writtenTurn);
  }

  /// A sync that began after the writes of `turn` ends.
  public void sync(long turn) {
    boolean news = disk.sync(turn);
    while (!held.isEmpty() && held.getFirst().turn <= turn) {
      sent.addAll(held.removeFirst().messages);
    }
    if (news) {
      step(new Input.Synced(turn));
    }
  }

  /// The disk is full but for so many bytes, or has room again.
  public void room(Room left) {
    room = left;
    step(new Input.RoomLeft(left));
  }

  /// The last turn that wrote something.
  public long writtenTurn() {
    return writtenTurn;
  }

  /// The power fails: what was held back and not synced never happened.
  public void crash() {
    up = false;
    disk.crash();
    held.clear();
    sent.clear();
  }

  public void restart() {
    up = true;
    applied.clear();
    writtenTurn = 0;
    incoming = new byte[0];
    fromDisk.clear();
    if (!disk.snapshots().isEmpty()) {
      applied.addAll(Shorthand.decode(disk.bytes(disk.snapshots().getLast())));
    }
    Configuration base =
        disk.snapshots().isEmpty() ? null : members(disk.bytes(disk.snapshots().getLast()));
    raft = new Raft(config, disk.hardState(), disk, disk.snapshots(), base, random);
    room(room); // What a start has found may need a turn of its own.
  }

  /// What has left since the last call.
  public List<Message> takeSent() {
    List<Message> messages = List.copyOf(sent);
    sent.clear();
    return messages;
  }

  /// Takes a snapshot of all that is applied.
  public void snapshot() {
    step(takeSnapshot());
  }

  private Input takeSnapshot() {
    byte[] bytes = Shorthand.encode(applied);
    disk.hold(new Snapshot(applied.getLast().id(), bytes.length, Shorthand.crc(bytes)), bytes);
    return new Input.SnapshotsHeld(disk.snapshots());
  }

  private void workOnSnapshots(SnapshotWork work) {
    disk.compactTo(work.compactTo());
    for (SnapshotWork.Chunk chunk : work.send()) {
      byte[] bytes = disk.bytes(chunk.snapshot());
      int from = (int) chunk.position();
      byte[] data = Arrays.copyOfRange(bytes, from, from + chunk.length());
      sent.add(
          new Message.InstallSnapshot(
              id, chunk.to(), chunk.term(), chunk.snapshot(), from, data, Shorthand.crc(data)));
    }
    work.receive().forEach(this::store);
    if (work.take() && applied.size() > raft.snapshotIndex()) {
      fromDisk.add(takeSnapshot());
    }
  }

  /// Stores a chunk if it continues what is there.
  private void store(Message.InstallSnapshot chunk) {
    Snapshot snapshot = chunk.snapshot();
    if (!snapshot.equals(incomingSnapshot)) {
      incomingSnapshot = snapshot;
      incoming = new byte[0];
    }
    if (chunk.position() == incoming.length) {
      ByteBuffer longer = ByteBuffer.allocate(incoming.length + chunk.data().length);
      incoming = longer.put(incoming).put(chunk.data()).array();
    }
    if (incoming.length < snapshot.bytes()) {
      fromDisk.add(new Input.ChunkStored(chunk.from(), snapshot.last(), incoming.length));
      return;
    }
    assert Shorthand.crc(incoming) == snapshot.checksum() : "another snapshot than announced";
    if (!disk.snapshots().contains(snapshot)) {
      disk.hold(snapshot, incoming);
    }
    fromDisk.add(new Input.SnapshotReceived(chunk.from(), snapshot.last(), members(incoming)));
    fromDisk.add(new Input.SnapshotsHeld(disk.snapshots()));
  }

  /// Who belongs to the cluster by a snapshot.
  private static @Nullable Configuration members(byte[] snapshot) {
    return Shorthand.decode(snapshot).stream()
        .filter(entry -> entry.kind() == Entry.Kind.CONFIGURATION)
        .reduce((_, later) -> later)
        .map(entry -> ConfigurationFormat.decode(entry.data()))
        .orElse(null);
  }

  private Effects turn(List<Input> inputs) {
    Effects effects = raft.step(inputs);
    boolean asks =
        Stream.concat(effects.sendNow().stream(), effects.sendAfterSync().stream())
            .anyMatch(
                it -> it instanceof Message.RequestVote || it instanceof Message.RequestPreVote);
    campaigns += asks ? 1 : 0;
    sent.addAll(effects.sendNow());
    SnapshotWork.Installation installed = effects.snapshots().install();
    if (installed != null) {
      if (!installed.logGoesOn()) {
        disk.startAfter(effects.turn(), installed.last());
      }
      if (installed.last().index() > applied.size()) {
        applied.clear();
        applied.addAll(Shorthand.decode(incoming));
      }
    }
    if (effects.writes()) {
      writtenTurn = effects.turn();
      disk.repair(writtenTurn, effects.repair());
      disk.write(writtenTurn, effects.hardState(), effects.append());
      effects.append().forEach(entry -> room = room.without(entry));
      assert room.bytes() >= 0 : "more was written than the disk takes";
    }
    if (!effects.sendAfterSync().isEmpty()) {
      held.add(new Held(writtenTurn, effects.sendAfterSync()));
    }
    applied.addAll(effects.committed());
    workOnSnapshots(effects.snapshots());
    effects.accepted().forEach(it -> accepted.put(it.ticket(), it.id()));
    effects.readable().forEach(it -> readable.put(it.ticket(), it.index()));
    effects.refused().forEach(it -> refused.put(it.ticket(), it));
    effects.transferred().forEach(it -> transferred.put(it.ticket(), it.target()));
    return effects;
  }
}
