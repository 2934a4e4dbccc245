import ConnectorRuntime

@main struct BatonRoster {
    static func main() async { await RosterConnector.run() }
}
