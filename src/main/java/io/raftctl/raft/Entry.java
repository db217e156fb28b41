package io.raftctl.raft;

import java.util.Arrays;

/// One entry of the replicated log.
///
/// @param id its place and the term that created it
/// @param kind what the data means
/// @param data opaque to the consensus; nobody changes it once the entry exists
public record Entry(EntryId id, Kind kind, byte[] data) {
  /// What an entry is for. The codes are part of the wire and the disk format.
  public enum Kind {
    /// The entry that opens a leader's term, so that it can commit what earlier terms left (§8).
    NO_OP(0),
    /// A client's command, for the state machine.
    COMMAND(1),
    /// The set of members; reserved, nothing writes it yet.
    CONFIGURATION(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    /// @throws IllegalArgumentException for a code that this version does not know
    public static Kind of(int code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException("unknown kind of entry: " + code);
    }
  }

  /// What an entry costs beside its data when sizes are added up for a limit, in bytes.
  public static final int OVERHEAD_BYTES = 48;

  public long index() {
    return id.index();
  }

  public long term() {
    return id.term();
  }

  /// The data and the overhead, in bytes.
  public long size() {
    return data.length + (long) OVERHEAD_BYTES;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Entry entry
            && id.equals(entry.id)
            && kind == entry.kind
            && Arrays.equals(data, entry.data));
  }

  @Override
  public int hashCode() {
    return 31 * id.hashCode() + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return id + " " + kind + " " + data.length + " B";
  }
}
