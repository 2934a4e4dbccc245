import CommandLineKit
import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

// lantern-fuzz --list | TARGET [libFuzzer's options, folders and files]

/// libFuzzer's way in for programs with a main of their own.
@_silgen_name("LLVMFuzzerRunDriver")
func runLibFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

func stop(_ text: String) -> Never {
    StandardStreams.process.error("lantern-fuzz: \(text)\n")
    exit(2)
}

/// libFuzzer starts this program anew without the word it doesn't know.
let variable = "LANTERN_FUZZ_TARGET"

var words = CommandLine.arguments
if words.dropFirst().elementsEqual(["--list"]) {
    for target in FuzzTarget.all { print(target.name) }
    exit(0)
}
if words.count > 1, FuzzTarget.named(words[1]) != nil { setenv(variable, words.remove(at: 1), 1) }
let target: FuzzTarget = {
    guard let target = FuzzTarget.named(ProcessInfo.processInfo.environment[variable] ?? "") else {
        stop("name one of: \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
    }
    return target
}()
if !words.contains(where: { $0.hasPrefix("-max_len=") }) { words.append("-max_len=\(target.longest)") }
let executor = CallerExecutor()
// libFuzzer may keep them, so they are never freed.
let texts = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count + 1)
texts.initialize(repeating: nil, count: words.count + 1)
for (place, word) in words.enumerated() { texts[place] = strdup(word) }
var arguments = texts
var count = CInt(words.count)
exit(
    runLibFuzzer(&count, &arguments) { start, count in
        let bytes = Array(UnsafeBufferPointer(start: start, count: count))
        switch executor.run({ try await target.run(bytes) }) {
        case .success?: return 0
        case .failure(let error)?: StandardStreams.process.error("\(target.name): \(error)\n")
        case nil: StandardStreams.process.error("\(target.name): waits for another thread\n")
        }
        abort()
    })
