package io.raftctl.storage;

/// Where a byte of the log lies: the number of its segment in the upper 32 bits of a long, the byte
/// of the file in the lower ones. So positions compare like numbers, in the order of writing.
final class Position {
  private Position() {}

  static long of(Segment segment, int at) {
    return (segment.number() << Integer.SIZE) | at;
  }

  static long segment(long position) {
    return position >>> Integer.SIZE;
  }

  /// The byte of the file.
  static int at(long position) {
    return (int) position;
  }

  /// As an error message names it.
  static String toString(long position) {
    return Segment.name(segment(position)) + ", byte " + at(position);
  }
}
