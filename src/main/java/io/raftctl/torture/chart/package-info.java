/// What a run was like for its clients, over time: [io.raftctl.torture.chart.Timeline] collects who
/// was answered when and how fast, by the one [io.raftctl.torture.chart.RunClock] that the history
/// and the faults are told by as well.
@NullMarked
package io.raftctl.torture.chart;

import org.jspecify.annotations.NullMarked;
