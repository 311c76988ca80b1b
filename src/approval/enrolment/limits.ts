/** Numbers of enrolment, each with its reason. */
import { dayMs } from '../../base/clock.ts'

/** Long enough to meet two people, too short to lie about. */
export const enrolmentLivesMs = 7 * dayMs
/** 160 random bits are not guessed; somebody who mistypes needs a few tries. */
export const failuresMax = 10
