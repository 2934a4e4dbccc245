/// What is wrong with some bytes, before it is known whose they are.
struct Flaw: Error {
    let code: PebbleError.Code
    let problem: String

    init(_ code: PebbleError.Code, _ problem: String) {
        self.code = code
        self.problem = problem
    }

    /// The flaw with the place where it is.
    func at(_ place: @autoclosure () -> String) -> PebbleError {
        PebbleError(code, place(), problem)
    }
}

/// Runs `body`, and says of a flaw where it is.
func placing<Result>(
    _ place: @autoclosure () -> String, _ body: () throws(Flaw) -> Result
) throws(PebbleError) -> Result {
    do {
        return try body()
    } catch {
        throw error.at(place())
    }
}

extension [UInt8] {
    /// Calls `body` with the bytes; its flaws come out as they are.
    func reading(_ body: (UnsafeRawBufferPointer) throws(Flaw) -> Void) throws(Flaw) {
        let result = withUnsafeBytes { bytes in
            Result<Void, Flaw> { () throws(Flaw) in try body(bytes) }
        }
        try result.get()
    }
}
