package org.hearth.client.http;

/// The request methods that routes answer. OPTIONS is answered for each path by itself.
public enum Method {
  GET,
  POST,
  PUT,
  DELETE
}
