package io.raftctl.client;

/// What became of a question to the cluster.
public sealed interface Answer<T> {
  record Given<T>(T value) implements Answer<T> {}

  record Missing<T>(Problem problem) implements Answer<T> {}
}
