import C1Z
import SwiftProtobuf

/// Moves all times of a file by the same span, so that the newest sync is at the anchor and all distances stay.
struct TimeShift {
    private var seconds: Int64 = 0
    private var nanos: Int32 = 0

    /// The shift that brings the newest beginning or end of `runs` to `anchor`.
    init(to anchor: StoredTime, of runs: [SyncRun]) {
        guard let newest = runs.flatMap({ [$0.startedAt, $0.endedAt] }).compactMap(\.self).max() else { return }
        seconds = anchor.seconds - newest.seconds
        nanos = anchor.nanos - newest.nanos
    }

    /// A time of the file, moved.
    func callAsFunction(_ time: StoredTime) -> StoredTime {
        let (seconds, nanos) = moved(time.seconds, time.nanos)
        return StoredTime(seconds: seconds, nanos: nanos)
    }

    /// A time of a message, moved.
    func callAsFunction(_ time: Google_Protobuf_Timestamp) -> Google_Protobuf_Timestamp {
        let (seconds, nanos) = moved(time.seconds, time.nanos)
        return .init(seconds: seconds, nanos: nanos)
    }

    private func moved(_ seconds: Int64, _ nanos: Int32) -> (seconds: Int64, nanos: Int32) {
        // Times come from a file and may be anything; those that are none stay none.
        let sum = Int64(nanos) + Int64(self.nanos)
        let carry: Int64 = sum < 0 ? -1 : sum >= 1_000_000_000 ? 1 : 0
        let (moved, isTooLarge) = seconds.addingReportingOverflow(self.seconds + carry)
        guard !isTooLarge, (0..<1_000_000_000).contains(nanos) else { return (seconds, nanos) }
        return (moved, Int32(sum - carry * 1_000_000_000))
    }
}
