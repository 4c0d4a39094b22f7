export { ensureEngine, type Engine } from "./engine.js";
export { createWorkspace, type Cloud, type RunOptions, type Workspace, type WorkspaceOptions } from "./workspace.js";
export { resourcesOfKind, type StackState, type StateResource } from "./state.js";
export type { CommandResult, RunningCommand } from "./command.js";
export { code, switchoverProgram, switchoversProgram } from "./program.js";
export { diagnosticsOf, plansOf, resourceDiff, withoutRunData } from "./preview.js";
