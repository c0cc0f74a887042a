package org.hearth.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// An address range: `127.0.0.1`, `10.0.0.0/8`, `::1`, `fd00::/8`.
///
/// @param prefixBits how many leading bits of the address count
public record Network(InetAddress address, int prefixBits) {

  /// Reads an address, with or without a prefix length; never looks up a name.
  public static Optional<Network> parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length > 2
        || !parts[0].matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      return Optional.empty();
    }
    try {
      InetAddress address = InetAddress.getByName(parts[0]);
      int bits = address.getAddress().length * 8;
      if (parts.length == 1) return Optional.of(new Network(address, bits));
      if (!parts[1].matches("\\d{1,3}") || Integer.parseInt(parts[1]) > bits) {
        return Optional.empty();
      }
      return Optional.of(new Network(address, Integer.parseInt(parts[1])));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] theirs = other.getAddress();
    if (mine.length != theirs.length) return false;
    for (int bit = 0; bit < prefixBits; bit += 8) {
      int mask = prefixBits - bit >= 8 ? 0xff : 0xff00 >> (prefixBits - bit) & 0xff;
      if (((mine[bit / 8] ^ theirs[bit / 8]) & mask) != 0) return false;
    }
    return true;
  }
}
