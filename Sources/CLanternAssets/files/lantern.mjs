// What pages do better with scripts; without them everything works by links and forms.

const byData = (name) => [...document.querySelectorAll(`[data-${name}]`)];

// The theme, remembered.
for (const button of byData("theme-toggle")) {
    button.hidden = false;
    button.addEventListener("click", () => {
        const root = document.documentElement;
        const isDark = root.dataset.theme
            ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
        root.dataset.theme = isDark ? "light" : "dark";
        try { localStorage.setItem("lantern-theme", root.dataset.theme); } catch { /* It holds for this page. */ }
    });
}

// Menus close by Escape and by a click elsewhere.
document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
    }
});
document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
        if (!menu.contains(event.target)) menu.open = false;
    }
});

// Lists follow what is chosen, and what is typed once the typing pauses.
for (const form of byData("live")) {
    let timer;
    form.addEventListener("change", (event) => { if (event.target.name !== "column") form.requestSubmit(); });
    form.addEventListener("input", (event) => {
        if (event.target.type !== "search") return;
        clearTimeout(timer);
        timer = setTimeout(() => { sessionStorage.setItem("lantern-focus", event.target.id); form.requestSubmit(); }, 400);
    });
    // Empty fields would only make the address longer.
    form.addEventListener("formdata", (event) => {
        for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
    });
    const focused = sessionStorage.getItem("lantern-focus");
    sessionStorage.removeItem("lantern-focus");
    const field = focused && document.getElementById(focused);
    if (field && form.contains(field)) { field.focus(); field.setSelectionRange(field.value.length, field.value.length); }
}

// Some ticks stay as they were the last time.
for (const box of byData("remembered")) {
    const key = `lantern-tick-${box.name}`;
    box.checked = localStorage.getItem(key) === "on";
    box.addEventListener("change", () => localStorage.setItem(key, box.checked ? "on" : "off"));
}

// What can be done with several rows shows once some are ticked.
for (const form of byData("bulk")) {
    const boxes = [...form.querySelectorAll("input[name=id]")];
    const all = form.querySelector("[data-all]");
    const update = () => {
        const count = boxes.filter((box) => box.checked).length;
        form.querySelector("fieldset").hidden = count === 0;
        all.checked = count === boxes.length;
        all.indeterminate = count > 0 && !all.checked;
    };
    all.hidden = false;
    form.addEventListener("change", (event) => {
        if (event.target === all) for (const box of boxes) box.checked = all.checked;
        update();
    });
    update();
}

// A picture is cut to the square that will be seen, and made small.
for (const form of byData("icon")) {
    const input = form.querySelector("input[type=file]");
    const crop = form.querySelector(".crop");
    const zoom = crop.querySelector("input");
    const canvas = crop.querySelector("canvas");
    let picture, x = 0, y = 0;
    const draw = () => {
        const side = Math.min(picture.width, picture.height) / zoom.value;
        const room = { x: (picture.width - side) / 2, y: (picture.height - side) / 2 };
        x = Math.max(-room.x, Math.min(room.x, x));
        y = Math.max(-room.y, Math.min(room.y, y));
        const pen = canvas.getContext("2d");
        pen.clearRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(picture, room.x + x, room.y + y, side, side, 0, 0, canvas.width, canvas.height);
        return side;
    };
    input.addEventListener("change", async () => {
        crop.hidden = true;
        try { picture = await createImageBitmap(input.files[0]); } catch { return; }
        [x, y, zoom.value] = [0, 0, 1];
        crop.hidden = false;
        draw();
    });
    zoom.addEventListener("input", draw);
    canvas.addEventListener("pointermove", (event) => {
        if (!event.buttons) return;
        const step = draw() / canvas.clientWidth;
        x -= event.movementX * step;
        y -= event.movementY * step;
        draw();
    });
    form.addEventListener("submit", (event) => {
        if (crop.hidden) return;
        event.preventDefault();
        canvas.toBlob((blob) => {
            const files = new DataTransfer();
            files.items.add(new File([blob], "icon.png", { type: "image/png" }));
            input.files = files.files;
            form.submit();
        }, "image/png");
    });
}

// Uploads show how far they are.
for (const form of byData("upload")) {
    const drop = form.querySelector(".drop");
    const input = form.querySelector("input[type=file]");
    const bar = form.querySelector("progress");
    for (const kind of ["dragover", "dragenter"]) {
        drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
    }
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
        event.preventDefault();
        drop.classList.remove("over");
        if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    });
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        const request = new XMLHttpRequest();
        const button = form.querySelector("button[type=submit]");
        const cancel = form.querySelector("a.button");
        button.disabled = true;
        bar.hidden = false;
        const stop = (text) => {
            button.disabled = false;
            bar.hidden = true;
            form.querySelector(".notice")?.remove();
            const notice = document.createElement("div");
            notice.className = "notice bad";
            notice.role = "alert";
            notice.textContent = text;
            form.prepend(notice);
        };
        cancel.addEventListener("click", () => request.abort(), { once: true });
        request.upload.addEventListener("progress", (step) => { bar.value = step.total ? step.loaded * 100 / step.total : 0; });
        request.addEventListener("load", () => {
            let answer = {};
            try { answer = JSON.parse(request.responseText); } catch { /* No answer of ours. */ }
            if (answer.location) location.assign(answer.location);
            else stop(answer.message ?? "The upload failed. Try again.");
        });
        request.addEventListener("error", () => stop("The connection broke off. Nothing was imported."));
        request.open("POST", form.action);
        request.setRequestHeader("Accept", "application/json");
        request.send(new FormData(form));
    });
}

// An import tells how far it is, and the page is loaded anew at its end.
for (const part of byData("progress")) {
    const show = (name, value) => {
        const field = part.querySelector(`[data-field=${name}]`);
        if (field instanceof HTMLProgressElement) field.value = value;
        else if (field) field.textContent = value;
    };
    let pause = 400;
    const look = async () => {
        try {
            const answer = await (await fetch(part.dataset.progress, { headers: { Accept: "application/json" } })).json();
            if (answer.done) return location.reload();
            for (const name of ["stage", "rows", "percent"]) show(name, answer[name]);
            pause = Math.min(pause * 1.2, 2000);
        } catch {
            pause = 5000;
        }
        setTimeout(look, pause);
    };
    setTimeout(look, pause);
}

// What is under way is shown when there is something to show; whoever is typing isn't disturbed.
if (byData("refresh").length) {
    setInterval(() => { if (!document.querySelector("details[open] form, input:focus")) location.reload(); }, 2000);
}

// What is made to be pasted can be copied.
for (const secret of byData("copy")) {
    if (!navigator.clipboard) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(secret.textContent);
        button.textContent = "Copied";
    });
    secret.after(" ", button);
}

// Everything is found from everywhere: Ctrl K.
const entry = document.querySelector("[data-palette]");
if (entry) {
    const dialog = document.createElement("dialog");
    dialog.className = "palette";
    dialog.setAttribute("aria-label", "Search everything");
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = "Search everything";
    field.setAttribute("aria-label", "Search everything");
    const list = document.createElement("ul");
    list.setAttribute("aria-live", "polite");
    dialog.append(field, list);
    document.body.append(dialog);
    let chosen = -1;
    let running;
    let timer;
    const choose = (place) => {
        const links = [...list.querySelectorAll("a")];
        chosen = Math.max(-1, Math.min(place, links.length - 1));
        links.forEach((link, index) => link.setAttribute("aria-selected", String(index === chosen)));
        links[chosen]?.scrollIntoView({ block: "nearest" });
    };
    const search = async () => {
        running?.abort();
        running = new AbortController();
        const text = field.value.trim();
        if (!text) return list.replaceChildren();
        try {
            const answer = await (await fetch(`/search.json?q=${encodeURIComponent(text)}`, { signal: running.signal })).json();
            list.replaceChildren(...answer.list.map((found) => {
                const item = document.createElement("li");
                const link = document.createElement("a");
                link.href = found.path;
                const detail = document.createElement("span");
                detail.className = "muted";
                detail.textContent = found.detail;
                link.append(found.title, detail);
                item.append(link);
                return item;
            }));
            if (!answer.list.length) {
                const none = document.createElement("p");
                none.textContent = "Nothing found";
                list.append(none);
            }
            choose(-1);
        } catch (problem) {
            if (problem.name !== "AbortError") list.replaceChildren();
        }
    };
    field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 150); });
    field.addEventListener("keydown", (event) => {
        if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
        if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
        if (event.key !== "Enter") return;
        event.preventDefault();
        const link = list.querySelectorAll("a")[Math.max(chosen, 0)];
        location.assign(link ? link.href : `/search?q=${encodeURIComponent(field.value)}`);
    });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    const open = () => { field.value = entry.value; dialog.showModal(); field.select(); search(); };
    document.addEventListener("keydown", (event) => {
        if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        open();
    });
}

// The columns of a list stay chosen in this browser.
for (const form of document.querySelectorAll("form[data-list]")) {
    form.addEventListener("submit", () => {
        const chosen = new FormData(form).getAll("column").join(".");
        document.cookie = `columns-${form.dataset.list}=${chosen}; path=/; max-age=31536000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
    });
}
