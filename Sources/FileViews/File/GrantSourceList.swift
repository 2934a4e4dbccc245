import AccessModel
import C1Z
import WireForm

/// Where a stored grant comes from: its source entitlements, and whether its holder holds each directly.
struct GrantSourceList {
    private(set) var sources: [ByteKey: Bool] = [:]

    init(of grant: UnsafeRawBufferPointer) throws(WireError) {
        try GrantSourceEntries.read(grant) { sources[ByteKey($0)] = $1 }
    }
}
