package org.hearth.federation.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Which network addresses may be connected to. The check is on the address that the connection
/// really goes to, never on a name: a name that resolves to a public address first and a private
/// one later gains nothing.
///
/// @param privateAllowed whether loopback, private, link-local and otherwise not public ranges may
///   be reached
public record AddressRules(boolean privateAllowed) {

  /// Special-purpose ranges of IANA's registries that no public homeserver has.
  private static final List<Range> NOT_PUBLIC =
      List.of(
          range("0.0.0.0", 8),
          range("10.0.0.0", 8),
          range("100.64.0.0", 10),
          range("127.0.0.0", 8),
          range("169.254.0.0", 16),
          range("172.16.0.0", 12),
          range("192.0.0.0", 24),
          range("192.0.2.0", 24),
          range("192.88.99.0", 24),
          range("192.168.0.0", 16),
          range("198.18.0.0", 15),
          range("198.51.100.0", 24),
          range("203.0.113.0", 24),
          range("224.0.0.0", 4),
          range("240.0.0.0", 4),
          // Everything outside of 2000::/3 is not global unicast; what follows are holes inside of
          // it.
          range("2001::", 23),
          range("2001:db8::", 32),
          range("3fff::", 20));

  private static final Range GLOBAL_UNICAST = range("2000::", 3);
  private static final Range SIX_TO_FOUR = range("2002::", 16);
  private static final Range TRANSLATED = range("64:ff9b::", 96);

  /// Whether a connection may go to `address`.
  public boolean allows(InetAddress address) {
    return privateAllowed || isPublic(address.getAddress());
  }

  private static boolean isPublic(byte[] address) {
    if (address.length == 16) {
      // An IPv4 address inside of an IPv6 one is where the packets end up.
      if (TRANSLATED.contains(address)) return isPublic(slice(address, 12));
      if (SIX_TO_FOUR.contains(address)) return isPublic(slice(address, 2));
      if (!GLOBAL_UNICAST.contains(address)) return false;
    }
    return NOT_PUBLIC.stream().noneMatch(range -> range.contains(address));
  }

  private static byte[] slice(byte[] address, int from) {
    return new byte[] {address[from], address[from + 1], address[from + 2], address[from + 3]};
  }

  private static Range range(String base, int bits) {
    try {
      return new Range(InetAddress.getByName(base).getAddress(), bits);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(base + " is an address, and was not looked up", e);
    }
  }

  private record Range(byte[] base, int bits) {
    boolean contains(byte[] address) {
      if (address.length != base.length) return false;
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> (i % 8);
        if ((address[i / 8] & mask) != (base[i / 8] & mask)) return false;
      }
      return true;
    }
  }
}
