export { PACK_LANGUAGES, type PackLanguage } from './pack/pack-words';
export { InspectionService, type InspectionAsked } from './inspection.service';
