/// A key that is put together from pieces, in room that is used again.
struct KeyBuffer: ~Copyable {
    private var room = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private(set) var count = 0

    deinit { room.deallocate() }

    /// The key; valid until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: room[..<count]) }

    /// Cuts it off after `length` bytes, which it must have.
    mutating func truncate(to length: Int) {
        count = length
    }

    mutating func append(_ piece: UnsafeRawBufferPointer) {
        guard let source = piece.baseAddress, piece.count > 0 else { return }
        if room.count - count < piece.count { grow(to: count + piece.count) }
        room.baseAddress.map { ($0 + count).copyMemory(from: source, byteCount: piece.count) }
        count += piece.count
    }

    mutating func set(_ key: UnsafeRawBufferPointer) {
        count = 0
        append(key)
    }

    private mutating func grow(to size: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(256, 2 * size), alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: room[..<count]))
        room.deallocate()
        room = larger
    }
}

extension UnsafeRawBufferPointer {
    /// Byte order: negative when these bytes come first, 0 when both are the same.
    package func order(to other: UnsafeRawBufferPointer) -> Int {
        let common = Swift.min(count, other.count)
        if common > 0, let left = baseAddress, let right = other.baseAddress {
            let order = memcmp(left, right, common)
            if order != 0 { return Int(order) }
        }
        return count - other.count
    }
}

#if canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#else
private import Darwin
#endif
