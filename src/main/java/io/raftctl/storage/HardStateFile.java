package io.raftctl.storage;

import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The node's term and vote: two copies in one file, each a [ControlBlock] in a block of 4 KiB of
/// its own.
///
/// ```
/// 16  int   the owner: checksum of the node's identity
/// 20  int   which copy this is, 0 or 1
/// 24  long  sequence number, one more with each state
/// 32  long  term
/// 40  int   length of the vote; 0 for none
/// 44  ...   the vote, ASCII
/// ```
///
/// **Both copies are written for each state, the first one synced before the second one is touched,
/// and nobody hears of a state before both are synced.** So at any moment one copy is whole, and
/// any copy that is intact is at least as new as the last state that this node has acted on:
/// - A crash in the first write leaves copy 0 torn, old or new, and copy 1 with the state before.
/// - A crash in the second one leaves copy 0 new, and copy 1 torn, old or new.
/// - In both cases nobody heard of the new state, so either is a legal one to go on with; the newer
///   one is taken, and written to both copies before anybody hears of it. (What a start reads may
///   lie in the memory of the operating system only.)
/// - A copy that rots later is recovered from the other one: no scheme in which the copies take
///   turns can do that, because there the other copy is always an older vote.
///
/// Both copies bad, or the file gone: the state is lost, and the node has to learn from the others
/// until when it may have promised anything ([io.raftctl.raft.rejoin]). Nothing is written here
/// before it has, so that it knows after another crash too. A device that loses a synced write of
/// one copy and rots the other one is not noticed.
public final class HardStateFile {
  public static final String NAME = "hard-state";

  private static final long MAGIC = 0x7261667463746c48L; // "raftctlH"
  private static final int COPIES = 2;
  private static final int COPY_BYTES = 4096;

  private final Disk.File file;
  private final int owner;
  private HardState state;
  private long sequence;

  private record Copy(long sequence, HardState state) {}

  private HardStateFile(Disk.File file, int owner, Copy copy) {
    this.file = file;
    this.owner = owner;
    this.state = copy.state;
    this.sequence = copy.sequence;
  }

  /// Makes the file of a node that has never run.
  public static void create(Disk disk, int owner) throws IOException {
    Disk.File file = disk.create(NAME);
    file.write(ByteBuffer.allocate(COPIES * COPY_BYTES), 0);
    new HardStateFile(file, owner, new Copy(0, HardState.INITIAL)).store(HardState.INITIAL);
    file.close();
    disk.syncDirectory();
  }

  /// Makes a file that says that the state is lost, where a directory has lost the file itself.
  static void replaceLost(Disk disk) throws IOException {
    try (Disk.File file = disk.create(NAME)) {
      file.write(ByteBuffer.allocate(COPIES * COPY_BYTES), 0);
      file.sync();
    }
    disk.syncDirectory();
  }

  /// Reads the newer copy; changes nothing. Where neither is intact the state is lost.
  public static HardStateFile open(Disk disk, int owner) throws IOException {
    Disk.File file = disk.open(NAME);
    Copy newest = null;
    for (int number = 0; number < COPIES; number++) {
      Copy copy = read(disk, file, number, owner);
      if (copy != null && (newest == null || copy.sequence > newest.sequence)) {
        newest = copy;
      }
    }
    Copy found = newest != null ? newest : new Copy(0, HardState.LOST);
    return new HardStateFile(file, owner, found);
  }

  /// Which copies are not intact, 0 or 1. A crash leaves none of them so: each lies in one sector.
  public static List<Integer> rottenCopies(Disk disk, int owner) throws IOException {
    List<Integer> rotten = new ArrayList<>();
    try (Disk.File file = disk.open(NAME)) {
      for (int number = 0; number < COPIES; number++) {
        if (read(disk, file, number, owner) == null) {
          rotten.add(number);
        }
      }
    }
    return rotten;
  }

  public HardState state() {
    return state;
  }

  /// Returns once the state survives a crash.
  public void store(HardState next) throws IOException {
    sequence++;
    for (int number = 0; number < COPIES; number++) {
      file.write(encode(next, number), (long) number * COPY_BYTES);
      file.sync();
    }
    state = next;
  }

  /// Writes what was found to both copies again, as the state of a node whose log holds an entry of
  /// `term`. A state that is lost stays so.
  ///
  /// The log can be ahead by a crash: a turn writes both, and only the entries reached the platter.
  /// Then that term's state was never synced, so the node never voted in it and never accepted an
  /// entry of it; to go on in that term without a vote is what a node does that just heard of it.
  public void settle(long term) throws IOException {
    if (!state.lost()) {
      store(state.term() >= term ? state : new HardState(term, null));
    }
  }

  public void close() throws IOException {
    file.close();
  }

  private ByteBuffer encode(HardState next, int number) {
    NodeId vote = next.vote();
    byte[] name = vote == null ? new byte[0] : vote.value().getBytes(StandardCharsets.US_ASCII);
    return ControlBlock.seal(
        ControlBlock.begin(MAGIC)
            .putInt(owner)
            .putInt(number)
            .putLong(sequence)
            .putLong(next.term())
            .putInt(name.length)
            .put(name));
  }

  private static @Nullable Copy read(Disk disk, Disk.File file, int number, int owner)
      throws IOException {
    ByteBuffer block = ControlBlock.read(disk, NAME, file, (long) number * COPY_BYTES, MAGIC);
    if (block == null) {
      return null;
    }
    if (block.getInt() != owner) {
      throw StorageException.damaged(disk, NAME, "the file belongs to another node or cluster");
    }
    if (block.getInt() != number) {
      return null; // The other copy, misdirected to this place.
    }
    long sequence = block.getLong();
    long term = block.getLong();
    byte[] vote = new byte[block.getInt()];
    block.get(vote);
    return new Copy(
        sequence,
        new HardState(
            term,
            vote.length == 0 ? null : new NodeId(new String(vote, StandardCharsets.US_ASCII))));
  }
}
