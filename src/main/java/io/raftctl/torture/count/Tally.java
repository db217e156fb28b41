package io.raftctl.torture.count;

/// Commands by what became of them.
///
/// @param acknowledged done, and their clients were told so
/// @param refused their clients were told that they certainly were not applied
/// @param doubtful their clients were told nothing, and learnt later what had become of them
public record Tally(long acknowledged, long refused, long doubtful) {
  public static final Tally NONE = new Tally(0, 0, 0);

  public Tally plus(Tally other) {
    return new Tally(
        acknowledged + other.acknowledged, refused + other.refused, doubtful + other.doubtful);
  }
}
