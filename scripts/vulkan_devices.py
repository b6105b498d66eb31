"""Print the Vulkan devices that answer on this machine, one per line: kind, tab, name.

Asking the loader is the only sure way: a driver's files may be there and its hardware not. Only Python is
needed, since this runs before anything is installed. No loader or no driver prints nothing.
"""

import ctypes

# VkPhysicalDeviceType, in order.
KINDS = ("other", "integrated", "discrete", "virtual", "cpu")

STRUCTURE_TYPE_INSTANCE_CREATE_INFO = 1


class InstanceCreateInfo(ctypes.Structure):
    """VkInstanceCreateInfo; all zero but for its type, it asks for Vulkan 1.0 and no layers."""

    _fields_ = [
        ("type", ctypes.c_int32),
        ("next", ctypes.c_void_p),
        ("flags", ctypes.c_uint32),
        ("application_info", ctypes.c_void_p),
        ("layer_count", ctypes.c_uint32),
        ("layer_names", ctypes.c_void_p),
        ("extension_count", ctypes.c_uint32),
        ("extension_names", ctypes.c_void_p),
    ]


class DeviceProperties(ctypes.Structure):
    """VkPhysicalDeviceProperties, whose limits (over 500 bytes that nobody reads here) only need room."""

    _fields_ = [
        ("api_version", ctypes.c_uint32),
        ("driver_version", ctypes.c_uint32),
        ("vendor", ctypes.c_uint32),
        ("device", ctypes.c_uint32),
        ("kind", ctypes.c_uint32),
        ("name", ctypes.c_char * 256),
        ("pipeline_cache_uuid", ctypes.c_uint8 * 16),
        ("limits_and_more", ctypes.c_uint64 * 128),
    ]


def devices() -> list[tuple[str, str]]:
    """Kind and name of each device."""
    try:
        vulkan = ctypes.CDLL("libvulkan.so.1")
    except OSError:
        return []
    instance = ctypes.c_void_p()
    create_info = InstanceCreateInfo(type=STRUCTURE_TYPE_INSTANCE_CREATE_INFO)
    if vulkan.vkCreateInstance(ctypes.byref(create_info), None, ctypes.byref(instance)) != 0:
        return []

    count = ctypes.c_uint32()
    vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), None)
    handles = (ctypes.c_void_p * count.value)()
    vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), handles)

    found = []
    for handle in handles[: count.value]:
        properties = DeviceProperties()
        vulkan.vkGetPhysicalDeviceProperties(ctypes.c_void_p(handle), ctypes.byref(properties))
        kind = KINDS[properties.kind] if properties.kind < len(KINDS) else "other"
        found.append((kind, properties.name.decode(errors="replace")))
    return found


if __name__ == "__main__":
    for kind, name in devices():
        print(kind, name, sep="\t")
