package io.raftctl.torture.nemesis;

/// What was done.
///
/// @param words to whom, in a few words
/// @param effects how often it took hold
public record Deed(String words, long effects) {}
