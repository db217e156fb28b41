package io.raftctl.cli.command;

import com.grack.nanojson.JsonObject;
import io.raftctl.client.StaleReply;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/// `--consistency` of the commands that read.
public final class ConsistencyOption {
  private static final List<String> WORDS = List.of("linearizable", "lease", "stale");

  private final OptionSpec option =
      OptionSpec.builder("--consistency")
          .type(String.class)
          .converters((ITypeConverter<String>) ConsistencyOption::parse)
          .completionCandidates(WORDS)
          .paramLabel("HOW")
          .defaultValue("linearizable")
          .description(
              "linearizable: a quorum confirms it; lease: the leader's word, which trusts clocks;"
                  + " stale: what any node has, however old (default: linearizable).")
          .build();

  public CommandSpec addTo(CommandSpec spec) {
    return spec.addOption(option);
  }

  /// `linearizable`, `lease` or `stale`.
  public String value() {
    return option.getValue();
  }

  public boolean stale() {
    return value().equals("stale");
  }

  /// Adds to `json` what is known of the age of a stale reply.
  static JsonObject tell(StaleReply reply, JsonObject json) {
    json.put("index", reply.index());
    json.put("term", reply.term());
    json.put("commitIndex", reply.commitIndex());
    json.put("leaderSilentMillis", reply.leaderSilentMillis());
    return json;
  }

  private static String parse(String text) {
    if (WORDS.contains(text)) {
      return text;
    }
    throw new TypeConversionException(
        "'" + text + "' is no consistency: use " + String.join(", ", WORDS));
  }
}
