package io.raftctl.repl;

import io.raftctl.cluster.ClusterException;
import java.util.List;

/// The command line, as the layer above hands it in: this package never imports it.
public interface CommandLine {
  /// The names of the commands that make sense at the prompt.
  List<String> names();

  /// One line about a command, without a full stop.
  ///
  /// @param name one of `names`
  String summary(String name);

  /// Runs one command in this process and returns its exit code. It writes its own output and
  /// errors.
  ///
  /// @param words the command's name and its arguments
  /// @param endpoints the nodes to ask where the arguments name none, the likeliest first
  int run(List<String> words, List<String> endpoints);

  /// A word as the store's commands and replies write it: in quotes where it holds blanks.
  String written(String word);

  /// The word that `written` wrote so.
  String meant(String written);

  /// Tells the user of a failure in the way in which all commands do, and returns its exit code.
  int report(ClusterException failure);
}
