package io.raftctl.statemachine.exec;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.raftctl.statemachine.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// An object a line, each way; `docs/exec.md` defines them.
///
/// A command that is no UTF-8 goes as `commandBase64`. What a program answers must be an object
/// with the fields that belong to its question; unknown ones are left alone.
final class JsonlDialect implements Dialect {
  private static final int VERSION = 1;
  private static final int QUOTED_MAX = 80;

  private static final Reply TOO_LONG =
      Reply.no("the program has run it, and its reply is over 1 MiB and not kept");

  @Override
  public Abilities greet(Program program, ExecSettings settings)
      throws ProgramEndedException, InterruptedException {
    JsonStringWriter hello = message("hello").value("version", VERSION);
    JsonObject answer = ask(program, hello.value("node", settings.node()));
    if (answer.getInt("version", 0) != VERSION) {
      throw new ProgramEndedException(
          "it does not answer hello by \"version\":" + VERSION + ", which is the one spoken here");
    }
    return new Abilities(
        answer.getBoolean("queries", false), answer.getBoolean("snapshots", false));
  }

  @Override
  public Reply apply(Program program, long term, long index, byte[] command)
      throws ProgramEndedException, InterruptedException {
    JsonStringWriter line = message("apply").value("index", index).value("term", term);
    return reply(ask(program, command(line, command)));
  }

  @Override
  public Reply query(Program program, byte[] command)
      throws ProgramEndedException, InterruptedException {
    return reply(ask(program, command(message("query"), command)));
  }

  @Override
  public String save(Program program) throws ProgramEndedException, InterruptedException {
    return text(ask(program, message("snapshot")), "state");
  }

  @Override
  public void restore(Program program, String state)
      throws ProgramEndedException, InterruptedException {
    JsonObject answer = ask(program, message("restore").value("state", state));
    if (!answer.getBoolean("ok", true)) {
      throw new ProgramEndedException("it does not take its own state back");
    }
  }

  private static JsonStringWriter message(String type) {
    return JsonWriter.string().object().value("type", type);
  }

  private static JsonStringWriter command(JsonStringWriter line, byte[] command) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(command);
      return line.value("command", StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      return line.value("commandBase64", Base64.getEncoder().encodeToString(command));
    }
  }

  private static Reply reply(JsonObject answer) throws ProgramEndedException {
    String text = text(answer, "reply");
    return text.length() > LinesDialect.REPLY_BYTES_MAX
        ? TOO_LONG
        : new Reply(answer.getBoolean("ok", true), text);
  }

  private static String text(JsonObject answer, String field) throws ProgramEndedException {
    if (answer.get(field) instanceof String text) {
      return text;
    }
    throw new ProgramEndedException("its answer has no text in \"" + field + "\"");
  }

  private static JsonObject ask(Program program, JsonStringWriter message)
      throws ProgramEndedException, InterruptedException {
    byte[] line = program.ask(message.end().done().getBytes(StandardCharsets.UTF_8));
    if (line == null) {
      throw new ProgramEndedException("its answer is over 64 MiB");
    }
    String answer = new String(line, StandardCharsets.UTF_8);
    try {
      return JsonParser.object().from(answer);
    } catch (JsonParserException e) {
      String front = answer.substring(0, Math.min(QUOTED_MAX, answer.length()));
      throw new ProgramEndedException("its answer is no JSON object: " + front);
    }
  }
}
