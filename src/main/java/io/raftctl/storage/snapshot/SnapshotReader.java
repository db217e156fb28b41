package io.raftctl.storage.snapshot;

import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.storage.Disk;
import io.raftctl.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads a snapshot from a stream and believes no byte of it unseen. What a section came to counts
/// only when [#sections] has returned: until then the snapshot may turn out to be damaged.
public final class SnapshotReader {
  private final InputStream source;
  private final String name;
  private final CRC32C crc = new CRC32C();
  private final CRC32C whole = new CRC32C();
  private final SnapshotHeader header;
  private long position;
  private long chunks;
  private @Nullable Snapshot snapshot;

  /// The chunk that is being read, and its section.
  private ByteBuffer chunk = ByteBuffer.allocate(0);

  private int section = -1;

  /// Takes what a section holds.
  @FunctionalInterface
  public interface Sections {
    /// @param data what is not read of it is skipped
    void section(int number, InputStream data) throws IOException;
  }

  /// Reads the header.
  ///
  /// @param source not closed here; read in pieces of some size
  /// @param name as error messages name the snapshot
  /// @throws SnapshotDamagedException where this is no snapshot, or no whole one
  /// @throws StorageException where its version is not known
  public SnapshotReader(InputStream source, String name) throws IOException {
    this.source = source;
    this.name = name;
    this.header = readHeader();
  }

  public SnapshotHeader header() {
    return header;
  }

  /// As error messages name the snapshot.
  public String name() {
    return name;
  }

  /// Reads all that follows the header.
  ///
  /// @return the snapshot, whole and intact
  /// @throws SnapshotDamagedException where it is not
  public Snapshot sections(Sections sections) throws IOException {
    nextChunk();
    while (section != SnapshotFormat.END) {
      int number = section;
      Section data = new Section(number);
      sections.section(number, data);
      data.skipAll();
      if (section != SnapshotFormat.END && section <= number) {
        throw damaged("section " + section + " follows section " + number);
      }
    }
    return end();
  }

  /// Reads the header and the trailer of a file, and nothing between them.
  static Snapshot peek(Disk.File file, String name) throws IOException {
    SnapshotReader front = new SnapshotReader(new FileInput(file), name);
    long bytes = file.size();
    ByteBuffer trailer = ByteBuffer.allocate(SnapshotFormat.TRAILER);
    long begin = Math.max(0, bytes - SnapshotFormat.TRAILER);
    file.read(trailer, begin);
    CRC32C crc = new CRC32C();
    crc.update(trailer.clear().position(4));
    boolean intact =
        trailer.getInt(0) == (int) crc.getValue()
            && trailer.getInt(8) == SnapshotFormat.END
            && trailer.getLong(12) == begin;
    if (!intact) {
      throw new SnapshotDamagedException(name, begin, "its end is not intact");
    }
    int checksum = trailer.getInt(SnapshotFormat.CHUNK_HEAD);
    return new Snapshot(front.header().last(), bytes, checksum);
  }

  private SnapshotHeader readHeader() throws IOException {
    byte[] beginning = bytes(SnapshotFormat.HEADER_BEGINNING);
    ByteBuffer fields = ByteBuffer.wrap(beginning);
    if (fields.getLong() != SnapshotFormat.MAGIC) {
      throw new SnapshotDamagedException(name, 0, "this is no snapshot of raftctl");
    }
    int length = fields.getInt(SnapshotFormat.LENGTH_AT);
    if (length < SnapshotFormat.HEADER_BEGINNING + 28 || length > SnapshotFormat.HEADER_BYTES_MAX) {
      throw new SnapshotDamagedException(name, 0, "the header is not intact");
    }
    byte[] rest = bytes(length - beginning.length);
    byte[] all = ByteBuffer.allocate(length).put(beginning).put(rest).array();
    return SnapshotFormat.decode(all, name);
  }

  /// Reads the next chunk into `chunk`.
  private void nextChunk() throws IOException {
    long begin = position;
    int wholeBefore = (int) whole.getValue();
    byte[] head = bytes(SnapshotFormat.CHUNK_HEAD);
    ByteBuffer fields = ByteBuffer.wrap(head);
    int checksum = fields.getInt();
    int length = fields.getInt();
    if (length < 0 || length > SnapshotFormat.CHUNK_BYTES_MAX) {
      throw new SnapshotDamagedException(name, begin, "the length of a chunk is impossible");
    }
    byte[] data = bytes(length);
    crc.reset();
    crc.update(head, 4, head.length - 4);
    crc.update(data, 0, length);
    if ((int) crc.getValue() != checksum || fields.getLong(12) != begin) {
      throw new SnapshotDamagedException(name, begin, "the checksum of a chunk does not match");
    }
    section = fields.getInt(8);
    chunk = ByteBuffer.wrap(data);
    if (section == SnapshotFormat.END) {
      boolean matches =
          length == SnapshotFormat.TRAILER_DATA
              && chunk.getInt(0) == wholeBefore
              && chunk.getLong(4) == chunks;
      if (!matches) {
        throw new SnapshotDamagedException(name, begin, "the checksum of the whole does not match");
      }
    }
    chunks++;
  }

  /// The snapshot that was read.
  ///
  /// @throws IllegalStateException where [#sections] has not returned yet
  public Snapshot snapshot() {
    if (snapshot == null) {
      throw new IllegalStateException(name + " is not read to its end");
    }
    return snapshot;
  }

  private Snapshot end() throws IOException {
    if (source.read() >= 0) {
      throw damaged("there is more behind the end");
    }
    Snapshot found = new Snapshot(header.last(), position, chunk.getInt(0));
    snapshot = found;
    return found;
  }

  private byte[] bytes(int length) throws IOException {
    try {
      byte[] bytes = source.readNBytes(length);
      if (bytes.length < length) {
        throw damaged("it is cut short");
      }
      whole.update(bytes, 0, length);
      position += length;
      return bytes;
    } catch (SnapshotDamagedException e) {
      throw e;
    } catch (IOException e) {
      throw new SnapshotDamagedException(name, position, e);
    }
  }

  private SnapshotDamagedException damaged(String what) {
    return new SnapshotDamagedException(name, position, what);
  }

  /// The data of one section.
  private final class Section extends InputStream {
    private final int number;

    Section(int number) {
      this.number = number;
    }

    @Override
    public int read() throws IOException {
      return atEnd() ? -1 : chunk.get() & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (atEnd()) {
        return -1;
      }
      int part = Math.min(length, chunk.remaining());
      chunk.get(target, from, part);
      return part;
    }

    void skipAll() throws IOException {
      while (!atEnd()) {
        chunk.position(chunk.limit());
      }
    }

    private boolean atEnd() throws IOException {
      while (section == number && !chunk.hasRemaining()) {
        nextChunk();
      }
      return section != number;
    }
  }
}
