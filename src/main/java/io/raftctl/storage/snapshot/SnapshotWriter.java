package io.raftctl.storage.snapshot;

import io.raftctl.raft.snapshot.Snapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Writes a snapshot to a stream. [SnapshotFormat] tells what is written.
public final class SnapshotWriter {
  private static final int CAPACITY_MAX =
      SnapshotFormat.CHUNK_HEAD + SnapshotFormat.CHUNK_BYTES_MAX;
  private static final int CAPACITY = 4 << 10;

  private final OutputStream target;
  private final SnapshotHeader header;

  /// The chunk that is being filled. It grows to its largest size only where a section needs it, as
  /// most snapshots are small.
  private ByteBuffer chunk = ByteBuffer.allocate(CAPACITY);

  private final CRC32C crc = new CRC32C();
  private final CRC32C whole = new CRC32C();
  private long position;
  private long chunks;

  /// Writes the header.
  ///
  /// @param target is neither flushed nor closed here
  public SnapshotWriter(OutputStream target, SnapshotHeader header) throws IOException {
    this.target = target;
    this.header = header;
    byte[] bytes = SnapshotFormat.encode(header);
    write(bytes, bytes.length);
  }

  /// The stream that takes the next section, up to its close.
  public OutputStream section(int number) {
    return new Section(number);
  }

  /// Writes the trailer.
  ///
  /// @return the snapshot that was written
  public Snapshot finish() throws IOException {
    int checksum = (int) whole.getValue();
    begin();
    chunk.putInt(checksum).putLong(chunks);
    end(SnapshotFormat.END);
    return new Snapshot(header.last(), position, checksum);
  }

  private void begin() {
    chunk.clear().position(SnapshotFormat.CHUNK_HEAD);
  }

  private void end(int section) throws IOException {
    int length = chunk.position();
    chunk.putInt(4, length - SnapshotFormat.CHUNK_HEAD).putInt(8, section).putLong(12, position);
    crc.reset();
    crc.update(chunk.array(), 4, length - 4);
    chunk.putInt(0, (int) crc.getValue());
    write(chunk.array(), length);
    chunks++;
  }

  private void write(byte[] bytes, int length) throws IOException {
    target.write(bytes, 0, length);
    whole.update(bytes, 0, length);
    position += length;
  }

  private final class Section extends OutputStream {
    private final int number;

    Section(int number) {
      this.number = number;
      begin();
    }

    @Override
    public void write(int b) throws IOException {
      makeRoom();
      chunk.put((byte) b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      int done = 0;
      while (done < length) {
        makeRoom();
        int part = Math.min(length - done, chunk.remaining());
        chunk.put(bytes, from + done, part);
        done += part;
      }
    }

    private void makeRoom() throws IOException {
      if (chunk.hasRemaining()) {
        return;
      }
      if (chunk.capacity() < CAPACITY_MAX) {
        ByteBuffer full = chunk.flip();
        chunk = ByteBuffer.allocate(Math.min(CAPACITY_MAX, 4 * full.capacity())).put(full);
      } else {
        end(number);
        begin();
      }
    }

    @Override
    public void close() throws IOException {
      end(number);
    }
  }
}
