/// The files of a database, wherever they are kept.
public protocol StoredFiles: AnyObject {
    /// Their names and sizes in bytes.
    var sizes: [String: Int] { get }

    /// Opens one of them.
    ///
    /// - Throws: when its bytes can't be had.
    func open(_ name: String) throws -> any StoredFile
}

/// The bytes of one file of a database.
public protocol StoredFile: AnyObject {
    /// How many there are.
    var size: Int { get }

    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// - Throws: when there are fewer, or they can't be had.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws
}

extension StoredFile {
    /// All its bytes.
    func contents() throws -> [UInt8] {
        let size = size
        var failure: (any Error)?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            do {
                try read(
                    into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<size]), at: 0
                )
                count = size
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }
}
