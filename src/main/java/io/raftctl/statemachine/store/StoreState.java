package io.raftctl.statemachine.store;

import io.raftctl.statemachine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.pcollections.TreePMap;

/// All keys and values at one moment, and how they are written.
///
/// Big-endian: version (1 byte, 1), count of the keys (8), then each key and its value, sorted by
/// key: length (4) and UTF-8 of the one, length (4) and UTF-8 of the other.
record StoreState(TreePMap<String, String> values) implements StateMachine.State {
  private static final int VERSION = 1;

  @Override
  public void write(OutputStream target) throws IOException {
    DataOutputStream out = new DataOutputStream(target);
    out.writeByte(VERSION);
    out.writeLong(values.size());
    for (Map.Entry<String, String> entry : values.entrySet()) {
      write(out, entry.getKey());
      write(out, entry.getValue());
    }
    out.flush();
  }

  static StoreState read(InputStream written) throws IOException {
    DataInputStream in = new DataInputStream(written);
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException(
          "the store's state has the version %d, and this raftctl knows version %d"
              .formatted(version, VERSION));
    }
    long count = in.readLong();
    TreePMap<String, String> values = TreePMap.empty();
    for (long i = 0; i < count; i++) {
      String key = text(in);
      values = values.plus(key, text(in));
    }
    return new StoreState(values);
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] bytes = in.readNBytes(Math.max(0, length));
    if (bytes.length != length) {
      throw new IOException("the store's state is cut short");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
