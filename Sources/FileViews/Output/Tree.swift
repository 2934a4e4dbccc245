import WireForm

/// A tree of labels, drawn with lines.
struct Tree {
    let label: String
    var branches: [Tree] = []

    init(_ label: String) {
        self.label = label
    }

    /// How many labels it has.
    var count: Int { branches.reduce(1) { $0 + $1.count } }

    /// Prints the tree and an empty line.
    func print(to screen: Screen) {
        print(to: screen, indent: "", isLast: true)
        screen.output.print("\n")
    }

    private func print(to screen: Screen, indent: String, isLast: Bool) {
        let corner = isLast ? "└" : "├"
        let lines = indent + corner + (branches.isEmpty ? "──" : "─┬")
        screen.output.print(screen.coloured(.gray, lines) + label + "\n")
        for (place, branch) in branches.enumerated() {
            branch.print(to: screen, indent: indent + (isLast ? "  " : "│ "), isLast: place == branches.count - 1)
        }
    }
}
