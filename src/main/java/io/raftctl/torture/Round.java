package io.raftctl.torture;

import java.time.Duration;

/// What one round did, and what its clients met.
///
/// @param deed what was done to whom, in a few words
/// @param effects how often it took hold, in what [Fault#effect] counts; 0 would mean that the
///   round proved nothing
/// @param commands what became of them, once all doubts were settled
/// @param longestGap the longest time in which no command was acknowledged
public record Round(
    int number,
    Fault fault,
    String deed,
    long effects,
    Tally commands,
    Duration longestGap,
    Duration took) {}
