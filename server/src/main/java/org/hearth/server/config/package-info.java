/// The configuration: one record tree ({@link org.hearth.server.config.Config}), read from a YAML
/// file and `--set key=value`, and validated at start. Start reading at {@link
/// org.hearth.server.config.ConfigReader}.
@NullMarked
package org.hearth.server.config;

import org.jspecify.annotations.NullMarked;
