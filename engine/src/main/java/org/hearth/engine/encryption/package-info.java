/// Where accounts and sync meet end-to-end encryption: devices as `e2ee` asks for them, what
/// becomes of keys when devices go, and which sync topics a change of keys concerns.
@NullMarked
package org.hearth.engine.encryption;

import org.jspecify.annotations.NullMarked;
