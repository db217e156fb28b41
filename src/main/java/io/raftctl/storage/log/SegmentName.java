package io.raftctl.storage.log;

import java.util.regex.Pattern;

/// What the files of the log are called: `log-00000001` and so on.
public final class SegmentName {
  /// A segment in preparation.
  public static final String TEMPORARY = "segment.tmp";

  private static final Pattern PATTERN = Pattern.compile("log-[0-9]{8,10}");
  private static final Pattern REPAIR = Pattern.compile("repair-[0-9]{8,10}");
  private static final Pattern SPARE = Pattern.compile("spare-[0-9]{8,10}");

  private SegmentName() {}

  public static String of(long number) {
    return "log-" + padded(number);
  }

  /// With eight digits at least.
  private static String padded(long number) {
    String digits = Long.toString(number);
    return "0".repeat(Math.max(0, 8 - digits.length())) + digits;
  }

  /// Whether a file is a segment.
  public static boolean is(String name) {
    return PATTERN.matcher(name).matches();
  }

  /// The number of the segment in that file.
  static long number(String name) {
    return Long.parseLong(name, 4, name.length(), 10);
  }

  /// A segment that was given up, to be made into a new one ([Spares]).
  static String ofSpare(long number) {
    return "spare-" + padded(number);
  }

  /// Whether a file is such a one.
  public static boolean isSpare(String name) {
    return SPARE.matcher(name).matches();
  }

  /// The note that a segment is being repaired ([RepairNotes]).
  static String ofRepair(long number) {
    return "repair-" + padded(number);
  }

  /// Whether a file is such a note.
  static boolean isRepair(String name) {
    return REPAIR.matcher(name).matches();
  }

  /// The number of the segment which that note is about.
  static long repaired(String note) {
    return Long.parseLong(note, 7, note.length(), 10);
  }
}
