"""Directory API: what Google has and this does not, so that it answers an honest 501 instead of a 404.

Source: the discovery document: name, verb, and path below the API's own.
"""

from workspace_emulator.http.method import Method

_NAMES = """
directory.asps.delete DELETE users/{userKey}/asps/{codeId}
directory.asps.get GET users/{userKey}/asps/{codeId}
directory.asps.list GET users/{userKey}/asps
directory.chromeosdevices.action POST customer/{customerId}/devices/chromeos/{resourceId}/action
directory.chromeosdevices.get GET customer/{customerId}/devices/chromeos/{deviceId}
directory.chromeosdevices.list GET customer/{customerId}/devices/chromeos
directory.chromeosdevices.moveDevicesToOu POST customer/{customerId}/devices/chromeos/moveDevicesToOu
directory.chromeosdevices.patch PATCH customer/{customerId}/devices/chromeos/{deviceId}
directory.chromeosdevices.update PUT customer/{customerId}/devices/chromeos/{deviceId}
admin.customer.devices.chromeos.batchChangeStatus POST customer/{customerId}/devices/chromeos:batchChangeStatus
admin.customer.devices.chromeos.countChromeOsDevices GET customer/{customerId}/devices/chromeos:countChromeOsDevices
admin.customer.devices.chromeos.issueCommand POST customer/{customerId}/devices/chromeos/{deviceId}:issueCommand
admin.customer.devices.chromeos.commands.get GET customer/{customerId}/devices/chromeos/{deviceId}/commands/{commandId}
directory.customers.get GET customers/{customerKey}
directory.customers.patch PATCH customers/{customerKey}
directory.customers.update PUT customers/{customerKey}
admin.customers.chrome.printServers.batchCreatePrintServers POST customers/{customersId}/chrome/printServers:batchCreatePrintServers
admin.customers.chrome.printServers.batchDeletePrintServers POST customers/{customersId}/chrome/printServers:batchDeletePrintServers
admin.customers.chrome.printServers.create POST customers/{customersId}/chrome/printServers
admin.customers.chrome.printServers.delete DELETE customers/{customersId}/chrome/printServers/{printServersId}
admin.customers.chrome.printServers.get GET customers/{customersId}/chrome/printServers/{printServersId}
admin.customers.chrome.printServers.list GET customers/{customersId}/chrome/printServers
admin.customers.chrome.printServers.patch PATCH customers/{customersId}/chrome/printServers/{printServersId}
admin.customers.chrome.printers.batchCreatePrinters POST customers/{customersId}/chrome/printers:batchCreatePrinters
admin.customers.chrome.printers.batchDeletePrinters POST customers/{customersId}/chrome/printers:batchDeletePrinters
admin.customers.chrome.printers.create POST customers/{customersId}/chrome/printers
admin.customers.chrome.printers.delete DELETE customers/{customersId}/chrome/printers/{printersId}
admin.customers.chrome.printers.get GET customers/{customersId}/chrome/printers/{printersId}
admin.customers.chrome.printers.list GET customers/{customersId}/chrome/printers
admin.customers.chrome.printers.listPrinterModels GET customers/{customersId}/chrome/printers:listPrinterModels
admin.customers.chrome.printers.patch PATCH customers/{customersId}/chrome/printers/{printersId}
directory.domainAliases.delete DELETE customer/{customer}/domainaliases/{domainAliasName}
directory.domainAliases.get GET customer/{customer}/domainaliases/{domainAliasName}
directory.domainAliases.insert POST customer/{customer}/domainaliases
directory.domainAliases.list GET customer/{customer}/domainaliases
directory.domains.delete DELETE customer/{customer}/domains/{domainName}
directory.domains.get GET customer/{customer}/domains/{domainName}
directory.domains.insert POST customer/{customer}/domains
directory.domains.list GET customer/{customer}/domains
directory.groups.aliases.delete DELETE groups/{groupKey}/aliases/{alias}
directory.groups.aliases.insert POST groups/{groupKey}/aliases
directory.groups.aliases.list GET groups/{groupKey}/aliases
directory.mobiledevices.action POST customer/{customerId}/devices/mobile/{resourceId}/action
directory.mobiledevices.delete DELETE customer/{customerId}/devices/mobile/{resourceId}
directory.mobiledevices.get GET customer/{customerId}/devices/mobile/{resourceId}
directory.mobiledevices.list GET customer/{customerId}/devices/mobile
directory.orgunits.delete DELETE customer/{customerId}/orgunits/{orgunitsId}
directory.orgunits.get GET customer/{customerId}/orgunits/{orgunitsId}
directory.orgunits.insert POST customer/{customerId}/orgunits
directory.orgunits.list GET customer/{customerId}/orgunits
directory.orgunits.patch PATCH customer/{customerId}/orgunits/{orgunitsId}
directory.orgunits.update PUT customer/{customerId}/orgunits/{orgunitsId}
directory.resources.buildings.delete DELETE customer/{customer}/resources/buildings/{buildingId}
directory.resources.buildings.get GET customer/{customer}/resources/buildings/{buildingId}
directory.resources.buildings.insert POST customer/{customer}/resources/buildings
directory.resources.buildings.list GET customer/{customer}/resources/buildings
directory.resources.buildings.patch PATCH customer/{customer}/resources/buildings/{buildingId}
directory.resources.buildings.update PUT customer/{customer}/resources/buildings/{buildingId}
directory.resources.calendars.delete DELETE customer/{customer}/resources/calendars/{calendarResourceId}
directory.resources.calendars.get GET customer/{customer}/resources/calendars/{calendarResourceId}
directory.resources.calendars.insert POST customer/{customer}/resources/calendars
directory.resources.calendars.list GET customer/{customer}/resources/calendars
directory.resources.calendars.patch PATCH customer/{customer}/resources/calendars/{calendarResourceId}
directory.resources.calendars.update PUT customer/{customer}/resources/calendars/{calendarResourceId}
directory.resources.features.delete DELETE customer/{customer}/resources/features/{featureKey}
directory.resources.features.get GET customer/{customer}/resources/features/{featureKey}
directory.resources.features.insert POST customer/{customer}/resources/features
directory.resources.features.list GET customer/{customer}/resources/features
directory.resources.features.patch PATCH customer/{customer}/resources/features/{featureKey}
directory.resources.features.rename POST customer/{customer}/resources/features/{oldName}/rename
directory.resources.features.update PUT customer/{customer}/resources/features/{featureKey}
directory.schemas.delete DELETE customer/{customerId}/schemas/{schemaKey}
directory.schemas.get GET customer/{customerId}/schemas/{schemaKey}
directory.schemas.insert POST customer/{customerId}/schemas
directory.schemas.list GET customer/{customerId}/schemas
directory.schemas.patch PATCH customer/{customerId}/schemas/{schemaKey}
directory.schemas.update PUT customer/{customerId}/schemas/{schemaKey}
directory.tokens.delete DELETE users/{userKey}/tokens/{clientId}
directory.tokens.get GET users/{userKey}/tokens/{clientId}
directory.tokens.list GET users/{userKey}/tokens
directory.twoStepVerification.turnOff POST users/{userKey}/twoStepVerification/turnOff
directory.users.createGuest POST users:createGuest
directory.users.aliases.watch POST users/{userKey}/aliases/watch
directory.users.photos.delete DELETE users/{userKey}/photos/thumbnail
directory.users.photos.get GET users/{userKey}/photos/thumbnail
directory.users.photos.patch PATCH users/{userKey}/photos/thumbnail
directory.users.photos.update PUT users/{userKey}/photos/thumbnail
directory.verificationCodes.generate POST users/{userKey}/verificationCodes/generate
directory.verificationCodes.invalidate POST users/{userKey}/verificationCodes/invalidate
directory.verificationCodes.list GET users/{userKey}/verificationCodes
"""  # noqa: E501  (one method a line)
METHODS = tuple(
    Method(name, verb, f"/admin/directory/v1/{path}", frozenset())
    for name, verb, path in (line.split(" ") for line in _NAMES.strip().splitlines())
)
