package io.raftctl.statemachine.store;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a command's bytes ask of the store.
sealed interface StoreCommand {
  record Put(String key, String value) implements StoreCommand {}

  record Get(String key) implements StoreCommand {}

  record Del(String key) implements StoreCommand {}

  record Cas(String key, String expected, String value) implements StoreCommand {}

  record Incr(String key, long by) implements StoreCommand {}

  record Keys(String prefix) implements StoreCommand {}

  /// Any other bytes. They are a legal command of the log, and this is the answer to them.
  ///
  /// @param why one line, without the words "not understood"
  record NotUnderstood(String why) implements StoreCommand {}

  /// Whole numbers in ASCII digits; `Long.parseLong` alone would take other scripts' digits too.
  Pattern NUMBER = Pattern.compile("-?[0-9]{1,19}");

  /// Never throws: bytes that make no sense are [NotUnderstood].
  static StoreCommand parse(byte[] command) {
    try {
      // Strict, unlike new String(): two different commands must not be read as the same.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(command)).toString();
      return parse(new CommandText(text));
    } catch (CharacterCodingException e) {
      return new NotUnderstood("the command is not UTF-8");
    } catch (IllegalArgumentException e) {
      return new NotUnderstood(String.valueOf(e.getMessage()));
    }
  }

  /// The text as a whole number of 64 bits, or null.
  static @Nullable Long number(String text) {
    try {
      return NUMBER.matcher(text).matches() ? Long.valueOf(text) : null;
    } catch (NumberFormatException e) {
      return null; // 19 digits can still be too many.
    }
  }

  private static StoreCommand parse(CommandText text) {
    String verb = text.word();
    return switch (verb) {
      case null -> new NotUnderstood("the command is empty");
      case "put" -> put(text);
      case "get" -> get(words(text));
      case "del" -> del(words(text));
      case "cas" -> cas(words(text));
      case "incr" -> incr(words(text));
      case "keys" -> keys(words(text));
      default -> {
        String shown = verb.length() > 32 ? verb.substring(0, 32) + "…" : verb;
        yield new NotUnderstood(
            "the store has no command '" + shown + "' (put, get, del, cas, incr, keys)");
      }
    };
  }

  private static StoreCommand put(CommandText text) {
    String key = text.word();
    return key == null || text.atEnd()
        ? new NotUnderstood("put takes a key and a value: put K V")
        : new Put(key, text.rest());
  }

  private static StoreCommand get(List<String> words) {
    return words.size() == 1
        ? new Get(words.getFirst())
        : new NotUnderstood("get takes one key: get K");
  }

  private static StoreCommand del(List<String> words) {
    return words.size() == 1
        ? new Del(words.getFirst())
        : new NotUnderstood("del takes one key: del K");
  }

  private static StoreCommand cas(List<String> words) {
    return words.size() == 3
        ? new Cas(words.get(0), words.get(1), words.get(2))
        : new NotUnderstood("cas takes a key and two values: cas K OLD NEW");
  }

  private static StoreCommand incr(List<String> words) {
    if (words.isEmpty() || words.size() > 2) {
      return new NotUnderstood("incr takes a key and perhaps a number: incr K [N]");
    }
    Long by = words.size() == 1 ? Long.valueOf(1) : number(words.get(1));
    return by == null
        ? new NotUnderstood("incr takes a whole number of 64 bits, not '" + words.get(1) + "'")
        : new Incr(words.getFirst(), by);
  }

  private static StoreCommand keys(List<String> words) {
    return words.size() <= 1
        ? new Keys(words.isEmpty() ? "" : words.getFirst())
        : new NotUnderstood("keys takes one prefix at most: keys [PREFIX]");
  }

  private static List<String> words(CommandText text) {
    List<String> words = new ArrayList<>();
    for (String word = text.word(); word != null; word = text.word()) {
      words.add(word);
    }
    return words;
  }
}
