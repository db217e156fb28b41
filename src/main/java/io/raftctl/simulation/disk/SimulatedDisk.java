package io.raftctl.simulation.disk;

import io.raftctl.storage.Disk;
import io.raftctl.storage.NoRoomException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A disk in memory that tears, forgets, fails and fills up, all by the draws of one random
/// generator. For one thread.
///
/// It keeps apart what a running process sees and what is on the platter. [#crash()] is a power
/// loss. It takes, for each file, any subset of the 512-byte sectors written since the file's last
/// sync: each of them then holds what it held at that sync or after any write since. A file that
/// grew may keep any size between the two. It also takes any subset of the creations, renames and
/// removals since the last sync of the directory. (Journaling file systems lose a suffix of those;
/// others, and some with their journals off, lose more freely. Each rename is one step on all.)
/// [#kill()] ends the process only: what it wrote stays.
///
/// A sync that fails behaves like Linux: some sectors have reached the platter, all are taken for
/// clean from then on, and later syncs do not write them.
///
/// A write may go to the wrong place. Nobody notices for as long as the right bytes are in memory,
/// so which one did is said when they are gone: [#misdirect] makes a sector hold what it held
/// before its last write, and puts what was written there elsewhere.
///
/// Operations are counted: each call that changes something or syncs is one. So a test can run a
/// script once, and then again for each number with a crash there.
public final class SimulatedDisk implements Disk {
  /// An operation that does not come.
  public static final long NEVER = -(1L << 62);

  /// What is written whole or not at all, in bytes.
  public static final int SECTOR = 512;

  private final String name;
  private final RandomGenerator random;

  /// The directory as a process sees it.
  private NavigableMap<String, Content> files = new TreeMap<>();

  /// The directory on the platter.
  private NavigableMap<String, Content> filesSynced = new TreeMap<>();

  /// What leads from the one to the other.
  private final List<Change> changes = new ArrayList<>();

  private long operations;
  private long crashAt = NEVER;
  private long failAt = NEVER;
  private long reads;
  private long failReadAt = NEVER;
  private long bytesMax = Long.MAX_VALUE;

  /// The creation of a file of such a name limits what the disk takes, to so much more.
  private @Nullable Predicate<String> limitsAt;

  private long bytesLeftThen;

  /// Names of files whose writes found no room, one for each such write.
  private final List<String> refused = new ArrayList<>();

  private boolean copiesOnWrite;
  private boolean remembersWrites;

  /// The operations before the last power loss.
  private long operationsAtCrash;

  /// One more with each crash: files opened before are dead.
  private int lives;

  private boolean down;

  /// The power failed, or the process died. Whoever holds the disk lets this pass, ends the node,
  /// calls [#crash()] or [#kill()], and starts another node on the disk.
  public static final class SimulatedCrash extends RuntimeException {
    private static final long serialVersionUID = 1;

    SimulatedCrash(String message) {
      super(message);
    }
  }

  /// A step of the directory: a creation sets a name, a removal removes one, a rename does both.
  private record Change(@Nullable String removed, @Nullable String set, @Nullable Content content) {
    void applyTo(Map<String, Content> target) {
      boolean renamed = removed != null && set != null;
      if (renamed && target.get(removed) != content) {
        return; // The creation before it is lost.
      }
      if (removed != null) {
        target.remove(removed);
      }
      if (set != null && content != null) {
        target.put(set, content);
      }
    }
  }

  /// @param name as error messages call the disk
  public SimulatedDisk(String name, RandomGenerator random) {
    this.name = name;
    this.random = random;
  }

  /// The same disk once more, to try another fate on it. Files that are open stay with this one.
  public SimulatedDisk copy(RandomGenerator otherRandom) {
    SimulatedDisk copy = new SimulatedDisk(name, otherRandom);
    Copies copies = new Copies();
    files.forEach((file, content) -> copy.files.put(file, copies.of(content)));
    filesSynced.forEach((file, content) -> copy.filesSynced.put(file, copies.of(content)));
    for (Change change : changes) {
      Content content = change.content == null ? null : copies.of(change.content);
      copy.changes.add(new Change(change.removed, change.set, content));
    }
    copy.bytesMax = bytesMax;
    copy.copiesOnWrite = copiesOnWrite;
    copy.down = down;
    return copy;
  }

  /// How many calls so far changed something or synced.
  public long operations() {
    return operations;
  }

  /// Makes the `operation`th call from now on, counted from 1, throw [SimulatedCrash] when it has
  /// begun: it may or may not take effect. From then on every call throws, up to [#crash()].
  public void crashAfter(long operation) {
    crashAt = operations + operation;
  }

  /// Makes the `operation`th call from now on, counted from 1, fail with an input/output error.
  public void failAfter(long operation) {
    failAt = operations + operation;
  }

  /// Makes the `read`th reading from now on, counted from 1, fail with an input/output error.
  public void failReadAfter(long read) {
    failReadAt = reads + read;
  }

  /// Lets files grow up to this many bytes together.
  public void limit(long bytes) {
    bytesMax = bytes;
    limitsAt = null;
  }

  /// Lets files grow by so many bytes more from the next creation of a file of such a name on.
  public void limitAt(Predicate<String> names, long bytes) {
    limitsAt = names;
    bytesLeftThen = bytes;
  }

  /// How many writes into files of such names found no room.
  public long refused(Predicate<String> names) {
    return refused.stream().filter(names).count();
  }

  /// From now on a full disk takes nothing, not even in place of what is there.
  public void copyOnWrite() {
    copiesOnWrite = true;
  }

  /// Remembers from now on what is written to new files, for [#misdirect], up to the second power
  /// loss from then on: after one, everybody sees where it went.
  public void rememberWrites() {
    remembersWrites = true;
  }

  /// After a power loss: the whole sectors of a file that were written since the one before, with
  /// the number of the operation in which the last write reached the platter, from 1.
  public NavigableMap<Integer, Long> lastWrites(String file) {
    return known(file).lastWrites();
  }

  /// What a sector held before its last write, which is remembered.
  public byte[] before(String file, int sector) {
    return known(file).before(sector).clone();
  }

  /// After a power loss: the last write to a sector, which is remembered, turns out to have gone to
  /// another one, which was there and was not written later.
  public void misdirect(String file, int sector, String wrongFile, int wrongSector) {
    Content right = known(file);
    byte[] before = right.before(sector);
    byte[] written = Arrays.copyOfRange(right.bytes(), sector * SECTOR, (sector + 1) * SECTOR);
    right.put(sector, before);
    known(wrongFile).put(wrongSector, written);
  }

  /// What all files come to, in bytes.
  public long used() {
    long used = 0; // No stream: on a limited disk each write asks.
    for (Content content : files.values()) {
      used += content.size();
    }
    return used;
  }

  /// A power loss, and the power comes back.
  public void crash() {
    endLife();
    NavigableMap<String, Content> survivors = new TreeMap<>(filesSynced);
    double keep = keepRate();
    for (Change change : changes) {
      if (random.nextDouble() < keep) {
        change.applyTo(survivors);
      }
    }
    changes.clear();
    files = survivors;
    filesSynced = new TreeMap<>(survivors);
    for (Content content : survivors.values()) {
      content.crash(random, keepRate(), operationsAtCrash, operations);
    }
    operationsAtCrash = operations;
  }

  /// The process ends, the machine stays up.
  public void kill() {
    endLife();
    files.values().forEach(content -> content.dropCleanPages(random));
  }

  /// The names of all files, as a process sees them; counts for nothing.
  public List<String> contents() {
    return List.copyOf(files.keySet());
  }

  /// What a file holds, as a process sees it.
  public byte[] contents(String file) {
    return known(file).bytes();
  }

  /// Makes a file hold something else, as if it had been there and synced: rot, a clumsy operator.
  /// Whoever has the file open sees it.
  public void rot(String file, byte[] bytes) {
    Content content = files.computeIfAbsent(file, _ -> new Content(remembersWrites));
    content.become(bytes);
    filesSynced = new TreeMap<>(files);
    changes.clear();
  }

  /// Takes a file away, as if it had never been there.
  public void lose(String file) {
    files.remove(file);
    filesSynced = new TreeMap<>(files);
    changes.clear();
  }

  @Override
  public List<String> list() throws IOException {
    requireUp();
    return List.copyOf(files.keySet());
  }

  @Override
  public File open(String file) throws IOException {
    requireUp();
    return new OpenFile(file, existing(file));
  }

  @Override
  public File create(String file) throws IOException {
    boolean crash = operate("create", file);
    if (files.containsKey(file)) {
      throw new IOException(name + "/" + file + ": exists already");
    }
    if (limitsAt != null && limitsAt.test(file)) {
      limit(used() + bytesLeftThen);
    }
    Content content = new Content(remembersWrites);
    change(new Change(null, file, content));
    crashIf(crash);
    return new OpenFile(file, content);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    boolean crash = operate("rename", from);
    change(new Change(from, to, existing(from)));
    crashIf(crash);
  }

  @Override
  public void remove(String file) throws IOException {
    boolean crash = operate("remove", file);
    change(new Change(file, null, existing(file)));
    crashIf(crash);
  }

  @Override
  public void syncDirectory() throws IOException {
    crashIf(operate("sync", "the directory"));
    changes.clear();
    filesSynced = new TreeMap<>(files);
  }

  /// The disk, as error messages name it.
  @Override
  public String toString() {
    return name;
  }

  private void change(Change change) {
    change.applyTo(files);
    changes.add(change);
  }

  private Content known(String file) {
    Content content = files.get(file);
    if (content == null) {
      throw new IllegalArgumentException("no file " + file);
    }
    return content;
  }

  private Content existing(String file) throws IOException {
    Content content = files.get(file);
    if (content == null) {
      throw new IOException(name + "/" + file + ": no such file");
    }
    return content;
  }

  /// Counts a call.
  ///
  /// @param file on what
  /// @return whether the crash comes in it
  private boolean operate(String what, String file) throws IOException {
    requireUp();
    operations++;
    if (operations == failAt) {
      throw new IOException(name + ": Input/output error (" + what + " " + file + ")");
    }
    return operations == crashAt;
  }

  private void crashIf(boolean now) {
    if (now) {
      down = true;
      requireUp();
    }
  }

  private void requireUp() {
    if (down) {
      throw new SimulatedCrash(name + " is down since its operation " + operations);
    }
  }

  /// How much of a write finds room, up to a border between sectors where that is not all. What is
  /// there may be overwritten on a full disk too, but for one that copies on write.
  private int room(long size, long position, int length) {
    if (bytesMax == Long.MAX_VALUE) {
      return length; // Saves a walk over all files for nearly every write.
    }
    long room = bytesMax - used();
    long there = copiesOnWrite ? 0 : Math.clamp(size - position, 0, length);
    long end = there + room < length ? (position + there + room) / SECTOR * SECTOR : Long.MAX_VALUE;
    return Math.clamp(end - position, 0, length);
  }

  private void endLife() {
    lives++;
    down = false;
    crashAt = NEVER;
    failAt = NEVER;
    failReadAt = NEVER;
  }

  /// All, nothing or a share: each is a way in which power fails.
  private double keepRate() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> 1;
      default -> random.nextDouble();
    };
  }

  /// Copies each content once, under whatever names it is known.
  private static final class Copies {
    private final List<Content> originals = new ArrayList<>();
    private final List<Content> copies = new ArrayList<>();

    Content of(Content original) {
      int known = originals.indexOf(original);
      if (known >= 0) {
        return copies.get(known);
      }
      originals.add(original);
      copies.add(original.copy());
      return copies.getLast();
    }
  }

  private final class OpenFile implements File {
    private final String file;
    private final Content content;
    private final int life = lives;
    private boolean closed;

    OpenFile(String file, Content content) {
      this.file = file;
      this.content = content;
    }

    @Override
    public long size() throws IOException {
      requireAlive();
      return content.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      requireAlive();
      reads++;
      if (reads == failReadAt) {
        throw new IOException(name + "/" + file + ": Input/output error (read)");
      }
      return content.read(target, position);
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      requireAlive();
      boolean crash = operate("write", file);
      int room = room(content.size(), position, source.remaining());
      if (room < source.remaining()) {
        content.write(source.slice(source.position(), room), Math.toIntExact(position));
        crashIf(crash);
        refused.add(file);
        throw new NoRoomException(name + "/" + file + ": No space left on device");
      }
      content.write(source, Math.toIntExact(position));
      crashIf(crash);
    }

    @Override
    public void sync() throws IOException {
      requireAlive();
      try {
        crashIf(operate("sync", file));
      } catch (IOException e) {
        content.failSync(random, operations);
        throw e;
      }
      content.sync(operations);
    }

    @Override
    public void close() {
      closed = true;
    }

    private void requireAlive() throws IOException {
      requireUp();
      if (life != lives) {
        throw new SimulatedCrash(name + "/" + file + " was open when the process ended");
      }
      if (closed) {
        throw new IOException(name + "/" + file + ": is closed");
      }
    }
  }
}
