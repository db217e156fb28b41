package io.raftctl.server.http;

import java.util.Map;

/// A whole HTTP request, as far as a route needs it.
///
/// @param path without the query
/// @param query the first value of each parameter
/// @param provenance who may have had it sent
/// @param body at most [HttpConnection#BODY_BYTES_MAX] bytes; nobody changes it
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
public record Request(
    String method, String path, Map<String, String> query, Provenance provenance, byte[] body) {}
