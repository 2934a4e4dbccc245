package import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A part of an open file as the body of a request, read while it is sent.
///
/// Whoever made it closes the file, once nothing is sent of it any more.
package struct FilePart: AsyncSequence, Sendable {
    /// The file.
    package let descriptor: CInt
    /// Where the part begins.
    package let offset: Int64
    /// How long it is.
    package let length: Int64

    /// A part of a file.
    package init(descriptor: CInt, offset: Int64, length: Int64) {
        (self.descriptor, self.offset, self.length) = (descriptor, offset, length)
    }

    /// Why a part can't be sent.
    package struct Truncated: Error {}

    /// Reads the part piece by piece, away from the threads that tasks share.
    package struct Iterator: AsyncIteratorProtocol {
        private static let piece: Int64 = 256 << 10

        private let part: FilePart
        private var done: Int64 = 0

        fileprivate init(_ part: FilePart) { self.part = part }

        /// The next piece.
        ///
        /// - Throws: ``Truncated`` when the file has become shorter, `CancellationError`.
        package mutating func next() async throws -> ByteBuffer? {
            try Task.checkCancellation()
            guard done < part.length else { return nil }
            let (descriptor, place, count) = (
                part.descriptor, part.offset + done, Swift.min(Self.piece, part.length - done)
            )
            let buffer = try await NIOThreadPool.singleton.runIfActive {
                var buffer = ByteBufferAllocator().buffer(capacity: Int(count))
                let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Int(count)) { bytes in
                    Swift.max(0, pread(descriptor, bytes.baseAddress, Int(count), off_t(place)))
                }
                guard got > 0 else { throw Truncated() }
                return buffer
            }
            done += Int64(buffer.readableBytes)
            return buffer
        }
    }

    /// The pieces, from the beginning of the part on.
    package func makeAsyncIterator() -> Iterator { Iterator(self) }
}
