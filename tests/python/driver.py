"""A Vulkan driver that can be told to fail: lavapipe, behind a library of a few lines that stands between.

`build(folder)` compiles it and gives what a process needs in its environment. There `SWITCHES` is code that
gives two ctypes integers: while `lost.value` is 1 the device is dead, while `busy.value` is 1 its kernels do
not end.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = r"""
#include <dlfcn.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

typedef void (*any)(void);
typedef any (*lookup)(void *, const char *);
typedef int32_t (*submit)(void *, uint32_t, const void *, void *);
typedef int32_t (*wait)(void *, const void *, uint64_t);
typedef int32_t (*count)(void *, uint64_t, uint64_t *);

volatile int lost, busy;
static void *driver;
static lookup real_instance, real_device;
static submit real_submit, real_submit2;
static wait real_wait;
static count real_count;
static uint64_t counted;
enum { TIMEOUT = 2, DEVICE_LOST = -4 };

static void *real(const char *name) {
    if (!driver) driver = dlopen(DRIVER, RTLD_NOW | RTLD_LOCAL);
    return dlsym(driver, name);
}

static int32_t our_submit(void *queue, uint32_t count, const void *work, void *fence) {
    return lost ? DEVICE_LOST : real_submit(queue, count, work, fence);
}

static int32_t our_submit2(void *queue, uint32_t count, const void *work, void *fence) {
    return lost ? DEVICE_LOST : real_submit2(queue, count, work, fence);
}

static int32_t our_wait(void *device, const void *what, uint64_t nanoseconds) {
    const struct timespec millisecond = {0, 1000000};
    for (; busy && !lost; nanoseconds -= 1000000) {
        if (nanoseconds < 1000000) return TIMEOUT;
        nanosleep(&millisecond, 0);
    }
    return lost ? DEVICE_LOST : real_wait(device, what, nanoseconds);
}

static int32_t our_count(void *device, uint64_t semaphore, uint64_t *value) {
    if (lost) return DEVICE_LOST;
    int32_t result = busy ? 0 : real_count(device, semaphore, &counted);
    *value = counted;
    return result;
}

static any our_device(void *device, const char *name) {
    any found = real_device(device, name);
    if (!found) return found;
    if (!strcmp(name, "vkQueueSubmit")) return real_submit = (submit)found, (any)our_submit;
    if (!strcmp(name, "vkQueueSubmit2")) return real_submit2 = (submit)found, (any)our_submit2;
    if (!strncmp(name, "vkWaitSemaphores", 16)) return real_wait = (wait)found, (any)our_wait;
    if (!strncmp(name, "vkGetSemaphoreCounterValue", 26)) return real_count = (count)found, (any)our_count;
    return found;
}

any vk_icdGetInstanceProcAddr(void *instance, const char *name) {
    if (!real_instance) real_instance = (lookup)real("vk_icdGetInstanceProcAddr");
    any found = real_instance(instance, name);
    if (!found || strcmp(name, "vkGetDeviceProcAddr")) return found;
    return real_device = (lookup)found, (any)our_device;
}

any vk_icdGetPhysicalDeviceProcAddr(void *instance, const char *name) {
    return ((lookup)real("vk_icdGetPhysicalDeviceProcAddr"))(instance, name);
}

int32_t vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
    return ((int32_t (*)(uint32_t *))real("vk_icdNegotiateLoaderICDInterfaceVersion"))(version);
}
"""
SWITCHES = """
import ctypes
library = ctypes.CDLL(os.environ["FAILING_DRIVER"])
lost, busy = (ctypes.c_int.in_dll(library, name) for name in ("lost", "busy"))
"""
MANIFESTS = ("/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d")


def build(folder: Path) -> dict[str, str]:
    """Skips where there is no lavapipe to stand before, or no compiler."""
    manifests = [path for place in MANIFESTS for path in Path(place).glob("lvp_icd*.json")]
    if not manifests or shutil.which("cc") is None:
        pytest.skip("needs lavapipe as a Vulkan driver, and a C compiler")
    manifest = json.loads(manifests[0].read_text())
    library, driver = folder / "failing.so", manifest["ICD"]["library_path"]
    if "/" in driver:  # else it is found where libraries are
        driver = manifests[0].parent / driver
    (folder / "failing.c").write_text(SOURCE)
    command = ["cc", "-shared", "-fPIC", f'-DDRIVER="{driver}"', "-o", library, folder / "failing.c", "-ldl"]
    subprocess.run(command, check=True)
    manifest["ICD"]["library_path"] = str(library)
    (folder / "failing.json").write_text(json.dumps(manifest))
    return {
        **os.environ,
        "FAILING_DRIVER": str(library),
        "VK_DRIVER_FILES": str(folder / "failing.json"),
        "VK_ICD_FILENAMES": str(folder / "failing.json"),
        "FARSHORE_DEVICE": "software",
    }
