import Testing

@testable import C1Z

@Suite struct `the frames of a file` {
    private let folder: TemporaryFolder
    private let content: [UInt8] = (0..<300_000).map { UInt8(truncatingIfNeeded: ($0 / 7) ^ ($0 >> 9)) }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func decoded(_ frames: [UInt8], _ environment: [String: String] = [:]) throws -> [UInt8] {
        try Frames.decoded(folder.file("x.c1z", holding: Frames.container(frames)), environment: environment)
    }

    private func code(_ frames: [UInt8], _ environment: [String: String] = [:]) -> C1ZError.Code? {
        let failure = failure { _ = try decoded(frames, environment) }
        return failure.map { $0.isClear ? $0.code : .failed }
    }

    @Test func `are decoded one after the other`() throws {
        let (first, second) = (Array(content[..<1000]), Array(content[1000...]))
        #expect(try decoded(Frames.frame(first) + Frames.frame(second)) == content)
    }

    @Test(arguments: [true, false], [true, false])
    func `need neither size nor checksum`(declaresSize: Bool, hasChecksum: Bool) throws {
        let frame = Frames.frame(content, declaresSize: declaresSize, hasChecksum: hasChecksum)
        #expect(try decoded(frame) == content)
    }

    @Test func `may have skippable frames before, between and after`() throws {
        let skipped = (0..<16).flatMap { Frames.skippable([1, 2, 3], nibble: $0) } + Frames.skippable([])
        let large = Frames.skippable([UInt8](repeating: 0x28, count: 1 << 20))
        let (first, second) = (Array(content[..<1000]), Array(content[1000...]))
        let frames = skipped + large + Frames.frame(first) + skipped + Frames.frame(second) + skipped
        #expect(try decoded(frames) == content)
    }

    @Test func `may be missing`() throws {
        #expect(try decoded([]).isEmpty)
        #expect(try decoded(Frames.skippable([7])).isEmpty)
        #expect(try decoded(Frames.frame([])).isEmpty)
    }

    @Test(arguments: 1...9) func `may decode to any multiple of the buffer`(count: Int) throws {
        let content = (0..<(count << 17)).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 11) }
        #expect(try decoded(Frames.frame(content)) == content)
        #expect(try decoded(Frames.frame(content, hasChecksum: false)) == content)
        #expect(try decoded(Frames.frame(content, declaresSize: false)) == content)
        let zeros = [UInt8](repeating: 0, count: count << 17)
        #expect(try decoded(Frames.bomb(blocks: count)) == zeros)
        #expect(try decoded(Frames.bomb(blocks: count) + Frames.frame([1])) == zeros + [1])
    }

    @Test func `may have a window of 128 MiB and no more`() throws {
        #expect(try decoded(Frames.rawFrame([1, 2, 3], windowLog: 27)) == [1, 2, 3])
        #expect(code(Frames.rawFrame([1, 2, 3], windowLog: 28)) == .tooLarge)
        #expect(code(Frames.rawFrame([1, 2, 3], windowLog: 41)) == .tooLarge)
    }

    @Test func `may have the window that the environment allows`() throws {
        let name = "BATON_DECODER_MAX_MEMORY_MB"
        #expect(try decoded(Frames.rawFrame([1], windowLog: 28), [name: "256"]) == [1])
        #expect(code(Frames.rawFrame([1], windowLog: 24), [name: "8"]) == .tooLarge)
        #expect(try decoded(Frames.rawFrame([1], windowLog: 23), [name: "8"]) == [1])
        #expect(code(Frames.rawFrame([1], windowLog: 28), [name: "plenty"]) == .tooLarge)
        #expect(code(Frames.rawFrame([1], windowLog: 20), [name: "0"]) == .failed)
    }

    @Test func `may not name a dictionary`() {
        #expect(code(Frames.rawFrame([1], windowLog: 20, dictionary: 7)) == .unsupported)
    }

    @Test(arguments: [0x1E, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27] as [UInt8])
    func `may not be of zstd's first formats`(first: UInt8) {
        #expect(code(Frames.rawFrame([1], windowLog: 20, first: first)) == .corrupt)
    }

    @Test(arguments: 1...3) func `may not be followed by a few bytes`(count: Int) {
        let frame = Frames.frame(content)
        #expect(code(frame + frame.prefix(count)) == .truncated)
        #expect(code(frame + [UInt8](repeating: 0, count: count)) != nil)
    }

    @Test(arguments: [4, 5, 4096, 200_000]) func `may not be followed by what is no frame`(count: Int) {
        #expect(code(Frames.frame(content) + [UInt8](repeating: 0, count: count)) == .corrupt)
        #expect(code(Frames.frame(content) + [UInt8](repeating: 0x41, count: count)) == .corrupt)
    }

    @Test func `may not be cut off anywhere`() {
        let frame = Frames.frame(Array(content[..<40_000]))
        for count in 1..<frame.count where count < 64 || count > frame.count - 64 || count % 101 == 0 {
            #expect(code(Array(frame[..<count])) == .truncated, "\(count) of \(frame.count) bytes")
        }
        let skipped = Frames.skippable([1, 2, 3, 4])
        #expect(code(skipped.dropLast()) == .truncated)
    }

    @Test func `may not have a wrong checksum`() {
        for place in 1...4 {
            var frame = Frames.frame(content)
            frame[frame.count - place] ^= 0x10
            #expect(code(frame) == .corrupt)
        }
    }
}

@Suite struct `the size that a file decodes to` {
    private let folder: TemporaryFolder
    private let name = "BATON_DECODER_MAX_DECODED_SIZE_MB"

    init() throws {
        folder = try TemporaryFolder()
    }

    /// How many bytes were handed out, and how it ended.
    private func decode(_ frames: [UInt8], _ environment: [String: String]) throws -> (count: Int, failure: C1ZError?) {
        let path = try folder.file("x.c1z", holding: Frames.container(frames))
        var count = 0
        let failure = failure { try Unpacking(path, environment: environment).run { count += $0.count } }
        return (count, failure)
    }

    @Test func `may reach the limit and not pass it`() throws {
        let (whole, none) = try decode(Frames.bomb(blocks: 8), [name: "1"])
        #expect(whole == 1 << 20 && none == nil)
        let (part, failure) = try decode(Frames.bomb(blocks: 9), [name: "1"])
        #expect(part <= 1 << 20)
        #expect(failure?.code == .tooLarge)
        #expect(failure?.description.contains(name) == true)
    }

    @Test func `is not reached by a bomb`() throws {
        let (part, failure) = try decode(Frames.bomb(blocks: 20_000), [name: "3"])
        #expect(part <= 3 << 20)
        #expect(failure?.code == .tooLarge)
    }

    @Test func `is refused before decoding when it is declared`() throws {
        let frame = Frames.frame([UInt8](repeating: 0, count: 2 << 20))
        let (part, failure) = try decode(frame, [name: "1"])
        #expect(part == 0)
        #expect(failure?.code == .tooLarge)
        let (more, late) = try decode(frame, [name: "1", "BATON_DISABLE_FCS_FAIL_FAST": "1"])
        #expect(more > 0 && more <= 1 << 20)
        #expect(late?.code == .tooLarge)
    }

    @Test func `is counted over all frames`() throws {
        let frame = Frames.frame([UInt8](repeating: 0, count: 700_000))
        #expect(try decode(frame + frame, [name: "1"]).failure?.code == .tooLarge)
        #expect(try decode(frame + frame, [name: "2"]).failure == nil)
    }

    @Test func `is ten GiB when nobody says otherwise`() throws {
        #expect(try DecoderLimits([:], for: "x").decodedSize == 10 * 1024 * 1024 * 1024)
    }

    @Test(arguments: ["", "many", "-1", "1.5", " 2", "0x10", "１"]) func `ignores a limit that is no number`(
        text: String
    ) throws {
        #expect(try DecoderLimits([name: text], for: "x").decodedSize == 10 << 30)
    }

    @Test(arguments: ["0", "000"]) func `can't be limited to nothing`(text: String) {
        let failure = failure { _ = try DecoderLimits([name: text], for: "x.c1z") }
        #expect(failure?.isClear == true)
        #expect(failure?.description.contains("at least 1") == true)
    }

    @Test(arguments: ["9223372036854775807", "99999999999999999999999"])
    func `may be limited as highly as one likes`(text: String) throws {
        #expect(try DecoderLimits([name: text], for: "x").decodedSize == .max)
    }
}
