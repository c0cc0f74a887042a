package org.hearth.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Whose certificates are believed.
final class Trust {
  private Trust() {}

  /// @param authority PEM file; null for the system's authorities
  static SSLSocketFactory in(@Nullable Path authority) throws IOException {
    if (authority == null) return (SSLSocketFactory) SSLSocketFactory.getDefault();
    try (var file = Files.newInputStream(authority)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(file))
        store.setCertificateEntry("authority" + number++, certificate);
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use the authority " + authority, e);
    }
  }
}
