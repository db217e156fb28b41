package io.raftctl.torture;

import io.raftctl.torture.chart.Span;
import io.raftctl.torture.count.Tally;
import io.raftctl.torture.nemesis.Fault;
import java.time.Duration;

/// What one round did, and what its clients met.
///
/// @param deed what was done to whom, in a few words
/// @param effects how often it took hold, in what [Fault#effect] counts; 0 would mean that the
///   round proved nothing
/// @param load while clients were at work
/// @param broken from the fault to when it was mended
/// @param gap the longest time in which no command was acknowledged
/// @param commands what became of those of the sessions that count, once all doubts were settled
/// @param operations how many things the workload's clients did
/// @param unknown how many of these have an outcome that nobody knows
/// @param took with the judging
public record Round(
    int number,
    Fault fault,
    String deed,
    long effects,
    Span load,
    Span broken,
    Span gap,
    Tally commands,
    int operations,
    int unknown,
    Duration took) {}
