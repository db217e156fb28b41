package io.raftctl.server.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/// Counts what a message is made of before any of it is made: two bytes on the wire may be an
/// object in memory, so a message of the largest legal size could take hundreds of megabytes.
final class MessageParts {
  private MessageParts() {}

  /// Whether a message holds more than so many messages, texts and pieces of bytes, at any depth.
  ///
  /// @throws IOException where these bytes are no such message
  static boolean exceed(int countMax, byte[] bytes, Descriptor shape) throws IOException {
    return left(countMax, CodedInputStream.newInstance(bytes), shape) < 0;
  }

  /// @return what is left of so many parts; negative as soon as there are more
  private static int left(int count, CodedInputStream in, Descriptor shape) throws IOException {
    int left = count;
    while (left >= 0 && !in.isAtEnd()) {
      int tag = in.readTag();
      FieldDescriptor field = shape.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      boolean part = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      left -= part ? 1 : 0;
      if (part && field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        int around = in.pushLimit(in.readRawVarint32());
        left = left(left, in, field.getMessageType());
        in.popLimit(around);
      } else {
        in.skipField(tag);
      }
    }
    return left;
  }
}
