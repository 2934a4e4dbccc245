// Before the first paint: the theme that was chosen earlier.
(() => {
    document.documentElement.classList.add("scripted");
    try {
        const theme = localStorage.getItem("lantern-theme");
        if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
    } catch {
        // Without storage the system's theme holds.
    }
})();
