package io.raftctl.statemachine.exec;

import io.raftctl.statemachine.Reply;
import org.jspecify.annotations.Nullable;

/// What the program has replied last, by index, to be held against the replies of other nodes: a
/// deterministic program replies alike on all of them, and alike when it is replayed.
///
/// A ring: what was said longer ago is forgotten. Any thread may call it.
public final class Replies {
  /// What comes in a second and more on the fastest machines: whoever compares comes by four times
  /// in a second, and may be late.
  public static final int SIZE = 1 << 15;

  private static final int TEXT_MAX = 100;

  private final long[] indexes = new long[SIZE];
  private final long[] hashes = new long[SIZE];
  private final @Nullable String[] texts = new String[SIZE];
  private long last;

  /// Some replies in a row.
  ///
  /// @param first the index of the first of them
  /// @param hashes one an index; 0 where no reply is known, since nothing was run there
  /// @param firstReply the first one's text, cut where it is long; empty where it is not known
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  public record Slice(long first, long[] hashes, String firstReply) {
    /// The index behind the last one.
    public long end() {
      return first + hashes.length;
    }
  }

  /// Takes a reply in.
  ///
  /// @return what was replied at this index before, if that was something else; else null
  synchronized @Nullable String put(long index, Reply reply) {
    int slot = slot(index);
    long hash = hash(reply);
    String before = indexes[slot] == index && hashes[slot] != hash ? texts[slot] : null;
    indexes[slot] = index;
    hashes[slot] = hash;
    texts[slot] = text(reply);
    last = Math.max(last, index);
    return before;
  }

  /// The highest index with a reply.
  public synchronized long last() {
    return last;
  }

  /// What is known from an index on, `max` indexes at most.
  public synchronized Slice from(long wanted, int max) {
    long first = Math.max(Math.max(1, wanted), last - SIZE + 1);
    int count = (int) Math.max(0, Math.min(max, last - first + 1));
    long[] known = new long[count];
    for (int i = 0; i < count; i++) {
      int slot = slot(first + i);
      known[i] = indexes[slot] == first + i ? hashes[slot] : 0;
    }
    return new Slice(first, known, count == 0 || known[0] == 0 ? "" : text(first));
  }

  /// The first index at which another node replied something else, or 0.
  public synchronized long firstDifference(Slice theirs) {
    for (long index = theirs.first(); index < theirs.end(); index++) {
      long hash = theirs.hashes()[Math.toIntExact(index - theirs.first())];
      int slot = slot(index);
      if (hash != 0 && indexes[slot] == index && hashes[slot] != hash) {
        return index;
      }
    }
    return 0;
  }

  /// The reply at an index, cut where it is long; empty where it is not known.
  public synchronized String text(long index) {
    String text = texts[slot(index)];
    return indexes[slot(index)] == index && text != null ? text : "";
  }

  private static int slot(long index) {
    return (int) (index % SIZE);
  }

  private static String text(Reply reply) {
    String text = (reply.ok() ? "" : "no: ") + reply.text();
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "...";
  }

  /// FNV-1a of 64 bits over what the client gets. Never 0, which means that there is none.
  private static long hash(Reply reply) {
    long hash = reply.ok() ? 0xcbf29ce484222325L : 0x84222325cbf29ce4L;
    String text = reply.text();
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash == 0 ? 1 : hash;
  }
}
