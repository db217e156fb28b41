package io.raftctl.cli.terminal;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How commands are called where a text is read.
///
/// Whoever writes a text calls them as a shell does, `raftctl status`: most of them cannot know
/// where it is read, a node that refuses a request least of all. At a prompt its own verbs go
/// without the name of the program; commands that only a shell has keep it.
public final class Wording {
  /// For a reader at a shell.
  public static final Wording SHELL = new Wording(null);

  /// What the prompt has not: pipes, redirections, substitutions and lists.
  private static final Pattern SHELL_ONLY = Pattern.compile(" \\| |\\$\\(|<\\(| > |&&");

  private final @Nullable Pattern verbs;

  private Wording(@Nullable Pattern verbs) {
    this.verbs = verbs;
  }

  /// For a reader at a prompt that has these verbs.
  public static Wording prompt(Collection<String> verbs) {
    String any = verbs.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return new Wording(Pattern.compile("(?<![\\w/.-])raftctl (?=(" + any + ")(?![\\w-]))"));
  }

  /// The text as its reader would type what it names. Each line is judged on its own: one that only
  /// a shell understands stays as it is.
  public String of(String text) {
    Pattern named = verbs;
    if (named == null) {
      return text;
    }
    return text.lines()
            .map(
                line -> SHELL_ONLY.matcher(line).find() ? line : named.matcher(line).replaceAll(""))
            .collect(Collectors.joining("\n"))
        + (text.endsWith("\n") ? "\n" : "");
  }
}
