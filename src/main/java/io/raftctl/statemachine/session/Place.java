package io.raftctl.statemachine.session;

/// Where an entry stands in the log.
///
/// @param term the one in which it was created
public record Place(long term, long index) {}
